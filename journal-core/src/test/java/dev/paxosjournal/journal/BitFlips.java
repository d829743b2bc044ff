package dev.paxosjournal.journal;

import java.util.stream.LongStream;

/** Which bits of a file to turn over. */
final class BitFlips {
  private static final int NEAR_BYTES = 8;
  private static final int SECTOR = 512;

  private BitFlips() {}

  /** Every bit of what was written, and one bit in each sector that holds only zeros. */
  static long[] of(byte[] content) {
    LongStream.Builder bits = LongStream.builder();
    int lastWritten = -NEAR_BYTES - 1;
    int nextWritten = -1;
    for (int i = 0; i < content.length; i++) {
      if (content[i] != 0) {
        lastWritten = i;
      }
      if (nextWritten < i) {
        nextWritten = i;
        while (nextWritten < content.length && content[nextWritten] == 0) {
          nextWritten++;
        }
      }
      // Zeros between written bytes were written, too.
      boolean written =
          i - lastWritten <= NEAR_BYTES
              || (nextWritten < content.length && nextWritten - i <= NEAR_BYTES);
      if (written) {
        for (int bit = 0; bit < 8; bit++) {
          bits.add(i * 8L + bit);
        }
      } else if (i % SECTOR == SECTOR / 2) {
        bits.add(i * 8L + i / SECTOR % 8);
      }
    }
    return bits.build().toArray();
  }
}
