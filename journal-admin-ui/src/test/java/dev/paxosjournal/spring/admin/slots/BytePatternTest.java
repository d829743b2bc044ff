package dev.paxosjournal.spring.admin.slots;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BytePatternTest {

  @Test
  void findsWhatATextSearchFinds() {
    for (long seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      String text = letters(random, random.nextInt(40));
      String wanted = letters(random, random.nextInt(8));
      BytePattern pattern = new BytePattern(wanted.getBytes(StandardCharsets.US_ASCII));

      assertThat(pattern.isIn(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))))
          .as("seed %d: \"%s\" in \"%s\"", seed, wanted, text)
          .isEqualTo(text.contains(wanted));
      assertThat(pattern.isEmpty()).isEqualTo(wanted.isEmpty());
    }
  }

  private static String letters(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append((char) ('a' + random.nextInt(2)));
    }
    return text.toString();
  }
}
