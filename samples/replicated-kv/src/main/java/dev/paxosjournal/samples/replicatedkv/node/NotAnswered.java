package dev.paxosjournal.samples.replicatedkv.node;

/** A command without an answer. */
public final class NotAnswered extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final boolean mayHaveHappened;

  NotAnswered(boolean mayHaveHappened, String why) {
    super(why);
    this.mayHaveHappened = mayHaveHappened;
  }

  /** Whether the command may be carried out all the same. */
  public boolean mayHaveHappened() {
    return mayHaveHappened;
  }
}
