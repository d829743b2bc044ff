package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.wal.LogIdentity;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/** The questions to a journal that are answered from what is durable. */
abstract class JournalReads implements JournalView {

  /** Asks the present life; if it ended meanwhile, the next one. */
  abstract <T> T read(Function<Life, T> question);

  /** A read found a slot damaged, in this life. */
  abstract void foundDamaged(Life life, long slot);

  @Override
  public JournalIdentity identity() {
    return read(
        life -> {
          LogIdentity found = life.log.identity();
          return new JournalIdentity(
              found.clusterId(), found.nodeId(), found.journalId(), found.openCounter());
        });
  }

  @Override
  public SlotState slot(long slot) {
    Requests.checkSlot(slot);
    return read(life -> readSlot(life, slot).state());
  }

  /** Reads a slot; damage that nobody knew of is looked at again and written down. */
  SlotReader.Answer readSlot(Life life, long slot) {
    SlotReader.Answer answer = life.answer(slot);
    if (answer.isLost()) {
      foundDamaged(life, slot);
    }
    return answer;
  }

  @Override
  public Retransmission retransmit(long from, long maxBytes) {
    Requests.checkSlot(from);
    if (maxBytes < 0) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + "; must be 0 or more");
    }
    return new SlotWalk(this, from, maxBytes);
  }

  @Override
  public Retransmission.End retransmit(long from, long maxBytes, WritableByteChannel target)
      throws IOException {
    try (Retransmission walk = retransmit(from, maxBytes)) {
      return RetransmissionFrames.write(walk, target);
    }
  }

  @Override
  public SlotPage slots(long from, int limit) {
    Requests.checkSlot(from);
    if (limit < 1 || limit > SlotPage.MOST_SLOTS) {
      throw new IllegalArgumentException(
          "limit is " + limit + "; must be 1 to " + SlotPage.MOST_SLOTS);
    }
    return read(life -> new SlotBrowser(life).page(from, limit));
  }

  @Override
  public OptionalLong nextSlot(long from, SlotSummary.Kind kind) {
    Requests.checkSlot(from);
    return read(life -> new SlotBrowser(life).next(from, kind));
  }

  @Override
  public OptionalLong previousSlot(long from, SlotSummary.Kind kind) {
    Requests.checkSlot(from);
    return read(life -> new SlotBrowser(life).previous(from, kind));
  }

  @Override
  public List<SegmentInfo> segments() {
    return read(life -> new SegmentBrowser(life).segments());
  }

  @Override
  public SegmentMap segmentMap(long sequence, long fromOffset, long maxBytes) {
    if (fromOffset < 0 || maxBytes < 1) {
      throw new IllegalArgumentException(
          "fromOffset is "
              + fromOffset
              + " and maxBytes is "
              + maxBytes
              + "; must be at least 0 and 1");
    }
    return read(life -> new SegmentBrowser(life).map(sequence, fromOffset, maxBytes));
  }

  @Override
  public RecoveryReport recovery() {
    return read(life -> life.recovery);
  }

  @Override
  public List<RecoveryReport> recoveries() {
    return read(life -> RecoveryReports.read(life));
  }

  @Override
  public List<SetAside> quarantine() {
    return read(life -> life.quarantine.list());
  }
}
