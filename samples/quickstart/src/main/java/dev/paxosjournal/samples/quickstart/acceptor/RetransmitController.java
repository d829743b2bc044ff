package dev.paxosjournal.samples.quickstart.acceptor;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.Retransmission;
import dev.paxosjournal.paxos.SlotState;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends committed slots as lines of JSON, one value in memory at a time. A stream without its last
 * line, the one with {@code next}, was cut off.
 */
@RestController
final class RetransmitController {
  private final PaxosJournal journal;
  private final ObjectWriter lines;

  RetransmitController(PaxosJournal journal, JsonMapper mapper) {
    this.journal = journal;
    this.lines = mapper.writer().without(StreamWriteFeature.AUTO_CLOSE_TARGET);
  }

  @GetMapping("/acceptor/retransmit")
  void retransmit(
      @RequestParam(defaultValue = "0") String from,
      @RequestParam(defaultValue = "1048576") String maxBytes,
      HttpServletResponse response)
      throws IOException {
    try (Retransmission sent =
        journal.retransmit(Numbers.count("from", from), Numbers.count("maxBytes", maxBytes))) {
      // Read the first slot before anything is sent: what fails here still gets an error body.
      Optional<SlotState> slot = sent.next();
      response.setContentType(MediaType.APPLICATION_NDJSON_VALUE);
      OutputStream out = response.getOutputStream();
      while (slot.isPresent()) {
        write(Answers.Slot.lineOf(slot.get()), out);
        slot = sent.next();
      }
      write(Answers.End.of(sent.end()), out);
    }
  }

  private void write(Object line, OutputStream out) throws IOException {
    try {
      lines.writeValue(out, line);
      out.write('\n');
    } catch (JacksonIOException e) {
      // The server knows this one: the caller hung up.
      throw e.getCause();
    }
  }
}
