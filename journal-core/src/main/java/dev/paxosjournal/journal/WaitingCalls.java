package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The writes in a form that waits for the outcome. */
final class WaitingCalls implements BlockingJournal {
  private final Requests requests;
  private final Function<Request, @Nullable JournalException> submit;
  private final Consumer<Request> look;
  private final Consumer<Request> told;

  /**
   * Calls that go the same way as those with futures.
   *
   * @param submit submits a request, or says why it cannot be
   * @param look looks for the outcome where that pays, before the caller lies down to sleep
   * @param told hears of each request that was told, on its caller's thread
   */
  WaitingCalls(
      Requests requests,
      Function<Request, @Nullable JournalException> submit,
      Consumer<Request> look,
      Consumer<Request> told) {
    this.requests = requests;
    this.submit = submit;
    this.look = look;
    this.told = told;
  }

  @Override
  public void promise(Ballot ballot) {
    await(requests.promise(ballot, true));
  }

  @Override
  public void accept(Accept accept) {
    await(requests.value(Request.Kind.ACCEPT, accept, true));
  }

  @Override
  public void learn(Accept accept) {
    await(requests.value(Request.Kind.LEARN, accept, true));
  }

  @Override
  public void commit(long slot, Ballot ballot) {
    await(requests.commit(slot, ballot, true));
  }

  @Override
  public void sync() {
    await(requests.slot(Request.Kind.SYNC, 0, true));
  }

  @Override
  public long compact(long before) {
    return await(requests.slot(Request.Kind.COMPACT, before, true));
  }

  @Override
  public long advanceFloor(long slot) {
    return await(requests.slot(Request.Kind.ADVANCE_FLOOR, slot, true));
  }

  private long await(Request request) {
    JournalException refusal = submit.apply(request);
    if (refusal != null) {
      throw refusal;
    }
    look.accept(request);
    request.awaitTold();
    told.accept(request);
    return request.outcome();
  }
}
