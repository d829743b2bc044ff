package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.SlotState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Random calls through the public interface, threads and all, against a plain map. */
@ExtendWith(QuietLogs.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PublicModelTest {
  private static final int SEEDS = Integer.getInteger("public.seeds", 100);
  private static final long FIRST_SEED = Long.getLong("public.seed", 1);
  private static final int MAX_VALUE_BYTES = 512;

  @Test
  void answersSlotsAndRetransmissionsAreThoseOfAPlainMap() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        run(new SplittableRandom(seed));
      } catch (IOException | RuntimeException | AssertionError failure) {
        fail("-Dpublic.seed=" + seed + " -Dpublic.seeds=1", failure);
      }
    }
  }

  private static void run(SplittableRandom random) throws IOException {
    MemoryDisk disk = new MemoryDisk();
    ModelState model = new ModelState();
    CallGenerator calls = new CallGenerator(random, MAX_VALUE_BYTES, 40);
    JournalOptions options =
        Campaigns.options(MAX_VALUE_BYTES, Campaigns.segmentBytes(random, MAX_VALUE_BYTES))
            .commitDelay(Duration.ZERO)
            .build();
    for (int life = 0; life < 3; life++) {
      try (PaxosJournal journal =
          JournalAssembly.open(options, () -> disk, Executors::newSingleThreadExecutor)) {
        compare(journal, model, random);
        for (int i = 0; i < 40; i++) {
          Call call = calls.group(model, 1).get(0);
          Answer expected = model.submit(call);
          Answer given = answer(journal, call);
          if (!given.equals(expected)) {
            fail(call + " is answered " + given + " instead of " + expected);
          }
        }
        compare(journal, model, random);
      }
    }
  }

  private static Answer answer(PaxosJournal journal, Call call) {
    try {
      return Answer.of(null, ask(journal, call));
    } catch (JournalException refused) {
      return Answer.of(refused, 0);
    }
  }

  private static long ask(PaxosJournal open, Call call) {
    BlockingJournal journal = open.blocking();
    switch (call.kind()) {
      case PROMISE -> journal.promise(call.ballot());
      case ACCEPT -> journal.accept(new Accept(call.slot(), call.ballot(), call.requiredValue()));
      case LEARN -> journal.learn(new Accept(call.slot(), call.ballot(), call.requiredValue()));
      case COMMIT -> journal.commit(call.slot(), call.ballot());
      case SYNC -> journal.sync();
      case REGISTER -> open.raft().registerNow(call.requiredRegistration());
      case REPLACE_SUFFIX -> open.raft().replaceSuffixNow(call.slot(), call.suffix());
      case COMPACT -> {
        return journal.compact(call.slot());
      }
      case ADVANCE_FLOOR -> {
        return journal.advanceFloor(call.slot());
      }
      default -> throw new AssertionError(call.toString());
    }
    return 0;
  }

  private static void compare(PaxosJournal journal, ModelState model, SplittableRandom random)
      throws IOException {
    JournalStatus status = journal.status();
    assertThat(status.promised().orElse(null)).isEqualTo(model.promised());
    assertThat(status.committedThrough()).isEqualTo(model.committedThrough());
    assertThat(status.firstAvailable()).isEqualTo(model.firstAvailable());
    assertThat(status.highestSlot()).isEqualTo(model.highestSlot());
    assertThat(status.firstGap()).isEqualTo(model.firstGap());
    assertThat(status.pending()).isEqualTo(model.pending());
    assertThat(journal.raft().registered()).isEqualTo(model.registered());
    for (long slot = 0; slot <= model.highestSlot() + 2; slot++) {
      assertThat(journal.slot(slot)).isEqualTo(model.slot(slot));
    }
    long from = model.firstAvailable() + random.nextInt(3);
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    journal.retransmit(from, Long.MAX_VALUE, Channels.newChannel(sent));
    assertThat(sent.toByteArray()).isEqualTo(retransmission(model, from));
    retransmitInParts(journal, model, from, 1 + random.nextInt(1000));
  }

  /** FORMAT.md, section 11. */
  private static byte[] retransmission(ModelState model, long from) {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
    long next = from;
    for (SlotState.Committed slot : committed(model, from)) {
      bytes.put((byte) 1).putLong(slot.slot());
      bytes.putLong(slot.ballot().round()).putInt(slot.ballot().node());
      bytes.putInt(slot.value().length()).putInt(slot.value().checksum());
      slot.value().putTo(bytes);
      next = slot.slot() + 1;
    }
    bytes.put((byte) 3).putLong(next).put(new byte[20]);
    byte[] written = new byte[bytes.position()];
    bytes.get(0, written);
    return written;
  }

  private static List<SlotState.Committed> committed(ModelState model, long from) {
    SortedMap<Long, ModelState.Held> held = model.slots().tailMap(from);
    List<SlotState.Committed> committed = new ArrayList<>();
    for (long slot : held.keySet()) {
      if (model.slot(slot) instanceof SlotState.Committed found) {
        committed.add(found);
      }
    }
    return committed;
  }

  private static void retransmitInParts(
      PaxosJournal journal, ModelState model, long from, long mostBytes) {
    List<SlotState> sent = new ArrayList<>();
    long next = from;
    while (true) {
      long bytes = 0;
      int values = 0;
      try (Retransmission walk = journal.retransmit(next, mostBytes)) {
        for (var slot = walk.next(); slot.isPresent(); slot = walk.next()) {
          sent.add(slot.get());
          bytes += slot.get() instanceof SlotState.Committed found ? found.value().length() : 0;
          values++;
        }
        assertThat(values <= 1 || bytes <= mostBytes).isTrue();
        assertThat(walk.end().nextSlot()).isGreaterThanOrEqualTo(next);
        next = walk.end().nextSlot();
        if (walk.end().reason() == Retransmission.Reason.END) {
          assertThat(sent).isEqualTo(committed(model, from));
          return;
        }
        assertThat(values).isPositive();
      }
    }
  }
}
