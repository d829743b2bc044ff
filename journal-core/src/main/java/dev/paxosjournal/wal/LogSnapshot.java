package dev.paxosjournal.wal;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The log as it was durable at one moment, kept readable until this is closed. For one thread. */
public final class LogSnapshot implements Closeable {
  private final Segments pinned;
  private final long durableEnd;
  private boolean closed;

  LogSnapshot(Segments pinned, long durableEnd) {
    this.pinned = pinned;
    this.durableEnd = durableEnd;
  }

  /** The state of the acceptor before the first group that is there. */
  public ShardState stateAtStart() {
    return pinned.isEmpty() ? ShardState.EMPTY : pinned.all().get(0).header().state();
  }

  /** Reads all of it. */
  public void read(LogOpening.Visitor visitor) throws IOException {
    if (pinned.isEmpty()) {
      return;
    }
    try {
      new WalScan(pinned, null, durableEnd, false)
          .scan(pinned.all().get(0).header().base(), new DurablePart(durableEnd, visitor));
    } catch (UncheckedIOException tooManyOpenFiles) {
      throw tooManyOpenFiles.getCause();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      pinned.all().forEach(Segment::unpin);
    }
  }

  /** Leaves out what was written but not yet forced when the reading began. */
  private record DurablePart(long durableEnd, LogOpening.Visitor visitor)
      implements WalScan.Visitor {
    @Override
    public void group(ParsedGroup group) throws IOException {
      if (group.header().end() <= durableEnd) {
        LogOpening.visitRecords(group, visitor);
      }
    }

    @Override
    public void lost(LostStretch stretch) throws IOException {
      if (stretch.to() <= durableEnd) {
        visitor.lost(stretch);
      }
    }
  }
}
