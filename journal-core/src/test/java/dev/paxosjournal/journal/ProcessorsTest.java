package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProcessorsTest {
  private static final long LONG = TimeUnit.SECONDS.toNanos(60);

  private final Processors processors = new Processors();
  private final AtomicInteger looks = new AtomicInteger();

  @BeforeEach
  void needsSeveral() {
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "with one processor nobody looks");
  }

  /** As if the processor had been given to somebody with work of his own. */
  private boolean lookThatTakesLong() {
    looks.incrementAndGet();
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    return false;
  }

  @Test
  void looksOnceAtWhatIsThere() {
    processors.look(() -> looks.incrementAndGet() == 1, LONG);

    assertThat(looks).hasValue(1);
  }

  @Test
  void endsAtOnceWhereSomebodyElseWantsTheProcessorAndDoesNotLookAgainSoon() {
    processors.look(this::lookThatTakesLong, LONG);
    processors.look(this::lookThatTakesLong, LONG);

    assertThat(looks).hasValue(1);
  }
}
