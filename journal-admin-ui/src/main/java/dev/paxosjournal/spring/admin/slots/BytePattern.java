package dev.paxosjournal.spring.admin.slots;

import java.nio.ByteBuffer;

/**
 * Bytes to be looked for in values, each byte of which is looked at once (Knuth, Morris and Pratt):
 * a value made for it could otherwise keep a page busy for its length times that of the pattern.
 */
final class BytePattern {
  private final byte[] wanted;

  /** So many bytes of the beginning stand again at the end of the first i + 1 bytes. */
  private final int[] again;

  BytePattern(byte[] wanted) {
    this.wanted = wanted.clone();
    this.again = new int[wanted.length];
    int matched = 0;
    for (int i = 1; i < wanted.length; i++) {
      matched = next(matched, wanted[i]);
      again[i] = matched;
    }
  }

  boolean isEmpty() {
    return wanted.length == 0;
  }

  /** Whether the bytes that remain in a buffer hold the pattern. */
  boolean isIn(ByteBuffer bytes) {
    int matched = 0;
    for (int at = bytes.position(); at < bytes.limit() && matched < wanted.length; at++) {
      matched = next(matched, bytes.get(at));
    }
    return matched == wanted.length;
  }

  private int next(int matched, byte found) {
    int shorter = matched;
    while (shorter > 0 && wanted[shorter] != found) {
      shorter = again[shorter - 1];
    }
    return wanted[shorter] == found ? shorter + 1 : 0;
  }
}
