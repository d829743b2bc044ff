package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Registration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@link RaftRecords} of a {@link DiskJournal}. */
final class RaftCalls implements RaftRecords {
  private final DiskJournal journal;
  private final Requests requests;
  private final String directory;

  RaftCalls(DiskJournal journal, Requests requests, String directory) {
    this.journal = journal;
    this.requests = requests;
    this.directory = directory;
  }

  @Override
  public Optional<Registration> registered() {
    return journal.read(
        life ->
            life.use(
                state -> {
                  if (state.register().isLost()) {
                    throw new JournalException.RegisterUnknown(directory);
                  }
                  return state.register().known();
                }));
  }

  @Override
  public CompletableFuture<Void> register(Registration registration) {
    return submit(requests.register(registration, false));
  }

  @Override
  public CompletableFuture<Void> replaceSuffix(long from, List<Accept> suffix) {
    return submit(requests.replaceSuffix(from, suffix, false));
  }

  private CompletableFuture<Void> submit(RaftRequest request) {
    JournalException refusal = journal.trySubmit(request);
    return refusal == null
        ? DiskJournal.nothing(request.future())
        : CompletableFuture.failedFuture(refusal);
  }

  @Override
  public void registerNow(Registration registration) {
    await(requests.register(registration, true));
  }

  @Override
  public void replaceSuffixNow(long from, List<Accept> suffix) {
    await(requests.replaceSuffix(from, suffix, true));
  }

  private void await(RaftRequest request) {
    journal.await(request);
  }
}
