package dev.paxosjournal.samples.quickstart.acceptor;

import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Ballot;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns everything that fails below {@code /acceptor} into the one error body, also when no method
 * of the controller was reached. Paths of others are left to others.
 */
@Component
final class AcceptorErrors implements HandlerExceptionResolver, Ordered {
  private static final Logger log = LoggerFactory.getLogger(AcceptorErrors.class);

  private final PaxosJournal journal;
  private final JsonMapper mapper;

  AcceptorErrors(PaxosJournal journal, JsonMapper mapper) {
    this.journal = journal;
    this.mapper = mapper;
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public @Nullable ModelAndView resolveException(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Object handler,
      Exception failure) {
    // Once a part was sent, only breaking the connection tells the caller that the rest is missing.
    if (!isForTheAcceptor(request) || response.isCommitted()) {
      return null;
    }
    response.reset();
    if (failure instanceof ErrorResponse refused && refused.getStatusCode().is4xxClientError()) {
      refused
          .getHeaders()
          .forEach((name, values) -> values.forEach(v -> response.addHeader(name, v)));
      send(response, refused.getStatusCode(), ErrorCode.BAD_REQUEST, failure);
    } else {
      ErrorCode code = codeOf(failure);
      send(response, code.status(), code, failure);
    }
    return new ModelAndView();
  }

  private static boolean isForTheAcceptor(HttpServletRequest request) {
    String path = request.getRequestURI().substring(request.getContextPath().length());
    return path.equals("/acceptor") || path.startsWith("/acceptor/");
  }

  private static ErrorCode codeOf(Exception failure) {
    if (failure instanceof JournalException refusal) {
      return ErrorCode.of(refusal);
    }
    if (failure instanceof IllegalArgumentException) {
      return ErrorCode.BAD_REQUEST;
    }
    log.error("a request failed for a reason that nobody foresaw", failure);
    return ErrorCode.UNAVAILABLE;
  }

  private void send(
      HttpServletResponse response, HttpStatusCode status, ErrorCode code, Exception failure) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    Answers.Failure body =
        new Answers.Failure(code, message, Answers.BallotBody.orNull(promised(failure)));
    response.setStatus(status.value());
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    try {
      response.getOutputStream().write(mapper.writeValueAsBytes(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The present promise: what the status shows, but never less than what refused the request. */
  private Optional<Ballot> promised(Exception failure) {
    Optional<Ballot> shown = journal.status().promised();
    if (failure instanceof JournalException.StaleBallot stale
        && shown.filter(ballot -> !ballot.isBelow(stale.promised())).isEmpty()) {
      return Optional.of(stale.promised());
    }
    return shown;
  }
}
