package dev.paxosjournal.spring.endpoint;

import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.Operation;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.RepairSource;
import dev.paxosjournal.journal.SlotPage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * Status, slots, recovery report and operations of a journal over HTTP. Writing, that is
 * maintenance, must be allowed by {@code management.endpoint.journal.access=unrestricted}. With
 * several journals each call names the bean in its parameter {@code journal}.
 */
@WebEndpoint(id = "journal", defaultAccess = Access.READ_ONLY)
public final class JournalEndpoint {
  private static final int DEFAULT_SLOTS = 100;
  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final int CONFLICT = 409;
  private static final int UNAVAILABLE = 503;

  private final JournalBeans journals;
  private final boolean showValues;

  JournalEndpoint(JournalBeans journals, JournalEndpointProperties properties) {
    this.journals = journals;
    this.showValues = properties.showValues();
  }

  /** The status. */
  @ReadOperation
  public WebEndpointResponse<Object> status(@Nullable String journal) {
    return read(journal, EndpointBodies.Status::of);
  }

  /** {@code slots}, {@code recovery} or {@code operation}; null, and so status 404, otherwise. */
  @ReadOperation
  public @Nullable WebEndpointResponse<Object> read(
      @Selector String what,
      @Nullable Long from,
      @Nullable Integer limit,
      @Nullable String journal) {
    return switch (what) {
      case "slots" -> read(journal, asked -> slots(asked, from, limit));
      case "recovery" -> read(journal, asked -> EndpointBodies.Recovery.of(asked.recovery()));
      case "operation" ->
          read(journal, asked -> EndpointBodies.OperationBody.of(asked.operation()));
      default -> null;
    };
  }

  private static EndpointBodies.Slots slots(
      PaxosJournal journal, @Nullable Long from, @Nullable Integer limit) {
    long first = from == null ? 0 : from;
    int most = limit == null ? DEFAULT_SLOTS : limit;
    require(first >= 0, "from is " + first + "; must be 0 or more");
    require(
        most >= 1 && most <= SlotPage.MOST_SLOTS,
        "limit is " + most + "; must be 1 to " + SlotPage.MOST_SLOTS);
    return EndpointBodies.Slots.of(journal.slots(first, most));
  }

  /** {@code slots/N}: one slot, its record read and checked. */
  @ReadOperation
  public @Nullable WebEndpointResponse<Object> slot(
      @Selector String what, @Selector long slot, @Nullable String journal) {
    if (!what.equals("slots")) {
      return null;
    }
    require(slot >= 0, "slot is " + slot + "; must be 0 or more");
    return read(journal, asked -> EndpointBodies.Slot.of(asked.slot(slot), showValues));
  }

  /**
   * Begins {@code verify}, {@code rebuild}, {@code repair} or {@code reopen}, or ends what runs by
   * {@code cancel}; status 404 for anything else.
   */
  @WriteOperation
  public WebEndpointResponse<Object> run(
      @Selector String operation,
      @Nullable Boolean dryRun,
      @Nullable Long bytesPerSecond,
      @Nullable String journal) {
    String name = journals.name(journal);
    PaxosJournal asked = journals.get(name);
    boolean dry = dryRun != null && dryRun;
    long rate = bytesPerSecond == null ? 0 : bytesPerSecond;
    require(rate >= 0, "bytesPerSecond is " + rate + "; must be 0 (no limit) or more");
    try {
      return switch (operation) {
        case "verify" -> begun(asked, asked.verify(rate));
        case "rebuild" -> begun(asked, asked.rebuild(dry));
        case "repair" -> repair(name, asked, dry);
        case "reopen" -> begun(asked, asked.reopenInBackground());
        case "cancel" -> cancel(asked);
        default -> new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
      };
    } catch (JournalException refused) {
      return refusal(refused);
    }
  }

  private WebEndpointResponse<Object> repair(String name, PaxosJournal journal, boolean dryRun) {
    Optional<RepairSource> source = journals.repairSource(name);
    return source.isPresent()
        ? begun(journal, journal.repair(source.get(), dryRun))
        : new WebEndpointResponse<>(
            new EndpointBodies.Refusal(
                "there is no peer to ask: define a RepairSource bean (with several journals, one"
                    + " named "
                    + JournalBeans.repairSourceName(name)
                    + ")"),
            CONFLICT);
  }

  private static WebEndpointResponse<Object> cancel(PaxosJournal journal) {
    journal.cancelOperation();
    return new WebEndpointResponse<>(EndpointBodies.OperationBody.of(journal.operation()), OK);
  }

  /** An operation that could not even begin has failed by now; else it goes on by itself. */
  private static WebEndpointResponse<Object> begun(
      PaxosJournal journal, CompletableFuture<Operation> operation) {
    if (operation.isCompletedExceptionally()) {
      try {
        operation.join();
      } catch (CompletionException refused) {
        if (refused.getCause() instanceof JournalException cause) {
          return refusal(cause);
        }
        throw refused;
      }
    }
    return new WebEndpointResponse<>(
        EndpointBodies.OperationBody.of(journal.operation()), ACCEPTED);
  }

  private WebEndpointResponse<Object> read(
      @Nullable String journal, Function<PaxosJournal, Object> question) {
    try {
      return new WebEndpointResponse<>(question.apply(journals.get(journals.name(journal))), OK);
    } catch (JournalException refused) {
      return refusal(refused);
    }
  }

  private static WebEndpointResponse<Object> refusal(JournalException refused) {
    String message = refused.getMessage() == null ? refused.toString() : refused.getMessage();
    return new WebEndpointResponse<>(
        new EndpointBodies.Refusal(message),
        refused instanceof JournalException.Busy ? CONFLICT : UNAVAILABLE);
  }

  static void require(boolean holds, String reason) {
    if (!holds) {
      throw new InvalidEndpointRequestException(reason, reason);
    }
  }
}
