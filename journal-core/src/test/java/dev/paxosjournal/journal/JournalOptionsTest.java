package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class JournalOptionsTest {
  private static final Path DIRECTORY = Path.of("journal");

  private static JournalOptions.Builder builder() {
    return JournalOptions.builder(DIRECTORY, "cluster", 1);
  }

  private static JournalOptions with(UnaryOperator<JournalOptions.Builder> setting) {
    return setting.apply(builder()).build();
  }

  @Test
  void defaultsAreWhatTheJavadocSays() {
    JournalOptions options = builder().build();

    assertThat(options.directory()).isEqualTo(DIRECTORY);
    assertThat(options.clusterId()).isEqualTo("cluster");
    assertThat(options.nodeId()).isEqualTo(1);
    assertThat(options.create()).isTrue();
    assertThat(options.segmentBytes()).isEqualTo(64L * 1024 * 1024);
    assertThat(options.maxValueBytes()).isEqualTo(16 * 1024 * 1024);
    assertThat(options.queueRequests()).isEqualTo(4096);
    assertThat(options.queueBytes()).isEqualTo(64L * 1024 * 1024);
    assertThat(options.groupBytes()).isEqualTo(4 * 1024 * 1024);
    assertThat(options.commitDelay()).isEqualTo(Duration.ofMillis(5));
    assertThat(options.preallocate()).isTrue();
    assertThat(options.undecidableTail()).isEqualTo(JournalOptions.UndecidableTail.TORN);
    assertThat(options.listeners()).isEmpty();
  }

  @Test
  void everySettingArrives() {
    JournalListener listener = new JournalListener() {};
    JournalOptions options =
        builder()
            .create(false)
            .segmentBytes(1 << 20)
            .maxValueBytes(1000)
            .queueRequests(7)
            .queueBytes(8)
            .groupBytes(9)
            .commitDelay(Duration.ZERO)
            .preallocate(false)
            .undecidableTail(JournalOptions.UndecidableTail.DAMAGED)
            .listener(listener)
            .build();

    assertThat(options.create()).isFalse();
    assertThat(options.segmentBytes()).isEqualTo(1 << 20);
    assertThat(options.maxValueBytes()).isEqualTo(1000);
    assertThat(options.queueRequests()).isEqualTo(7);
    assertThat(options.queueBytes()).isEqualTo(8);
    assertThat(options.groupBytes()).isEqualTo(9);
    assertThat(options.commitDelay()).isZero();
    assertThat(options.preallocate()).isFalse();
    assertThat(options.undecidableTail()).isEqualTo(JournalOptions.UndecidableTail.DAMAGED);
    assertThat(options.listeners()).containsExactly(listener);
  }

  @Test
  void largestAllowedNumbersAreTaken() {
    JournalOptions options =
        builder()
            .segmentBytes(1L << 40)
            .maxValueBytes(1 << 30)
            .groupBytes(1 << 30)
            .commitDelay(Duration.ofMinutes(1))
            .build();

    assertThat(options.segmentBytes()).isEqualTo(1L << 40);
  }

  @Test
  void clusterIdIsMeasuredInBytesOfUtf8() {
    String longest = "ü".repeat(32);

    assertThat(JournalOptions.builder(DIRECTORY, longest, 1).build().clusterId())
        .isEqualTo(longest);
    assertRefused(
        JournalOptions.builder(DIRECTORY, longest + "u", 1),
        "clusterId is \"" + longest + "u\"; must be 1 to 64 bytes of UTF-8");
  }

  // --- refused

  private static void assertRefused(JournalOptions.Builder builder, String message) {
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void missingDirectoryClusterAndListenerAreNamed() {
    assertThatNullPointerException()
        .isThrownBy(() -> JournalOptions.builder(null, "cluster", 1))
        .withMessage("directory");
    assertThatNullPointerException()
        .isThrownBy(() -> JournalOptions.builder(DIRECTORY, null, 1))
        .withMessage("clusterId");
    assertThatNullPointerException()
        .isThrownBy(() -> builder().commitDelay(null))
        .withMessage("commitDelay");
    assertThatNullPointerException()
        .isThrownBy(() -> builder().undecidableTail(null))
        .withMessage("undecidableTail");
    assertThatNullPointerException()
        .isThrownBy(() -> builder().listener(null))
        .withMessage("listener");
  }

  @Test
  void emptyClusterId() {
    assertRefused(
        JournalOptions.builder(DIRECTORY, "", 1),
        "clusterId is \"\"; must be 1 to 64 bytes of UTF-8");
  }

  @Test
  void maxValueBytes() {
    assertRefused(builder().maxValueBytes(0), "maxValueBytes is 0; must be at least 1");
    assertRefused(
        builder().maxValueBytes((1 << 30) + 1),
        "maxValueBytes is 1073741825; must be at most 1073741824 (1 GiB)");
  }

  @Test
  void segmentThatHoldsNoLargestValue() {
    long least = JournalAssembly.leastSegmentBytes(1000);

    assertRefused(
        builder().maxValueBytes(1000).segmentBytes(least - 4096),
        "segmentBytes is "
            + (least - 4096)
            + "; must be at least "
            + least
            + ", so that a value of maxValueBytes=1000 fits");
    assertThat(with(b -> b.maxValueBytes(1000).segmentBytes(least)).segmentBytes())
        .isEqualTo(least);
  }

  @Test
  void segmentBytes() {
    assertRefused(
        builder().segmentBytes((1L << 40) + 4096),
        "segmentBytes is 1099511631872; must be at most 1 TiB");
    assertRefused(
        builder().segmentBytes((64 << 20) + 1),
        "segmentBytes is 67108865; must be a multiple of 4096");
  }

  @Test
  void queue() {
    assertRefused(builder().queueRequests(0), "queueRequests is 0; must be at least 1");
    assertRefused(builder().queueBytes(0), "queueBytes is 0; must be at least 1");
  }

  @Test
  void groupBytes() {
    assertRefused(builder().groupBytes(0), "groupBytes is 0; must be 1 to 1073741824");
    assertRefused(
        builder().groupBytes((1 << 30) + 1), "groupBytes is 1073741825; must be 1 to 1073741824");
  }

  @Test
  void commitDelay() {
    assertRefused(
        builder().commitDelay(Duration.ofMillis(-1)),
        "commitDelay is PT-0.001S; must be between 0 and one minute");
    assertRefused(
        builder().commitDelay(Duration.ofSeconds(61)),
        "commitDelay is PT1M1S; must be between 0 and one minute");
  }
}
