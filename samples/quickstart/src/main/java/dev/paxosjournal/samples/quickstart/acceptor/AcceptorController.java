package dev.paxosjournal.samples.quickstart.acceptor;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import dev.paxosjournal.journal.BlockingJournal;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import java.io.InputStream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The calls of an acceptor. Each write waits on the request's thread until it is durable, so an
 * answer with status 200 is something the node may be held to.
 */
@RestController
@RequestMapping(path = "/acceptor", produces = APPLICATION_JSON_VALUE)
final class AcceptorController {
  private final PaxosJournal journal;
  private final BlockingJournal writes;
  private final JsonRequests requests;

  AcceptorController(PaxosJournal journal, JsonRequests requests) {
    this.journal = journal;
    this.writes = journal.blocking();
    this.requests = requests;
  }

  @PostMapping(path = "/promise", consumes = APPLICATION_JSON_VALUE)
  Answers.Promised promise(InputStream body) {
    Ballot ballot = requests.read(body).ballot();
    writes.promise(ballot);
    return new Answers.Promised(Answers.BallotBody.of(ballot));
  }

  @PostMapping(path = "/accept", consumes = APPLICATION_JSON_VALUE)
  Answers.SlotAndBallot accept(InputStream body) {
    Accept accept = requests.read(body).accept();
    writes.accept(accept);
    return Answers.SlotAndBallot.of(accept.slot(), accept.ballot());
  }

  @PostMapping(path = "/learn", consumes = APPLICATION_JSON_VALUE)
  Answers.SlotAndBallot learn(InputStream body) {
    Accept learned = requests.read(body).accept();
    writes.learn(learned);
    return Answers.SlotAndBallot.of(learned.slot(), learned.ballot());
  }

  @PostMapping(path = "/commit", consumes = APPLICATION_JSON_VALUE)
  Answers.SlotAndBallot commit(InputStream body) {
    JsonRequest request = requests.read(body);
    long slot = request.slot("slot");
    Ballot ballot = request.ballot();
    writes.commit(slot, ballot);
    return Answers.SlotAndBallot.of(slot, ballot);
  }

  @GetMapping("/slots/{slot}")
  Answers.Slot slot(@PathVariable String slot) {
    return Answers.Slot.of(journal.slot(Numbers.count("slot", slot)));
  }

  @GetMapping("/status")
  Answers.Status status() {
    return Answers.Status.of(journal.status());
  }

  @PostMapping(path = "/compact", consumes = APPLICATION_JSON_VALUE)
  Answers.Compacted compact(InputStream body) {
    return new Answers.Compacted(writes.compact(requests.read(body).slot("before")));
  }

  @PostMapping(path = "/advance-floor", consumes = APPLICATION_JSON_VALUE)
  Answers.FloorAdvanced advanceFloor(InputStream body) {
    long firstAvailable = writes.advanceFloor(requests.read(body).slot("slot"));
    return new Answers.FloorAdvanced(firstAvailable, journal.status().committedThrough());
  }
}
