package dev.paxosjournal.samples.benchmark;

import dev.paxosjournal.samples.benchmark.stores.Store;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * Values that can be made again from their number alone: the number in the first 8 bytes, then
 * bytes that do not compress. So every byte that is read back can be checked.
 */
final class Payload implements Store.Source {
  private final int valueBytes;
  private final byte[] noise;

  private Payload(int valueBytes, byte[] noise) {
    this.valueBytes = valueBytes;
    this.noise = noise;
  }

  static Payload of(int valueBytes) {
    byte[] noise = new byte[valueBytes + 4096];
    new Random(42).nextBytes(noise);
    return new Payload(valueBytes, noise);
  }

  @Override
  public byte[] value(long number) {
    byte[] value = new byte[valueBytes];
    System.arraycopy(noise, shift(number), value, 0, valueBytes);
    ByteBuffer.wrap(value).putLong(0, number);
    return value;
  }

  private static int shift(long number) {
    return (int) (number * 31 & 4095);
  }

  /** Whether these are the bytes of a number; the buffer's position does not change. */
  boolean isValueOf(long number, ByteBuffer found) {
    int at = found.position();
    return found.remaining() == valueBytes
        && found.getLong(at) == number
        && found
            .slice(at + 8, valueBytes - 8)
            .equals(ByteBuffer.wrap(noise, shift(number) + 8, valueBytes - 8));
  }
}
