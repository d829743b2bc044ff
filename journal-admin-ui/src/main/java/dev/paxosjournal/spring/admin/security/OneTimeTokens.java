package dev.paxosjournal.spring.admin.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens that let one person do one thing once. A token carries its own expiry and is signed with a
 * key of this process; only those used up are remembered, until they would have expired.
 */
public final class OneTimeTokens {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SIGNATURE_BYTES = 32;
  private static final int NONCE_BYTES = 16;
  private static final int TOKEN_BYTES = Long.BYTES + NONCE_BYTES + SIGNATURE_BYTES;
  private static final Duration VALID = Duration.ofMinutes(30);

  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec key;
  private final Clock clock;
  private final Map<ByteBuffer, Long> spent = new ConcurrentHashMap<>();

  /** Tokens that expire by this clock. */
  public OneTimeTokens(Clock clock) {
    byte[] secret = new byte[SIGNATURE_BYTES];
    random.nextBytes(secret);
    this.key = new SecretKeySpec(secret, ALGORITHM);
    this.clock = clock;
  }

  /** A token with which this person may do this once, within half an hour. */
  public String issue(String person, String action) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    long expires = clock.millis() + VALID.toMillis();
    ByteBuffer token = ByteBuffer.allocate(TOKEN_BYTES).putLong(expires).put(nonce);
    token.put(signature(expires, nonce, person, action));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
  }

  /** Uses a token up. Whether it was one for this person and this action, unexpired and unused. */
  public boolean redeem(String token, String person, String action) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
    if (bytes.length != TOKEN_BYTES) {
      return false;
    }
    long expires = ByteBuffer.wrap(bytes).getLong();
    byte[] nonce = Arrays.copyOfRange(bytes, Long.BYTES, Long.BYTES + NONCE_BYTES);
    byte[] signature = Arrays.copyOfRange(bytes, Long.BYTES + NONCE_BYTES, TOKEN_BYTES);
    long now = clock.millis();
    spent.values().removeIf(spentUntil -> spentUntil < now);
    return MessageDigest.isEqual(signature, signature(expires, nonce, person, action))
        && now <= expires
        && spent.putIfAbsent(ByteBuffer.wrap(nonce), expires) == null;
  }

  private byte[] signature(long expires, byte[] nonce, String person, String action) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(ByteBuffer.allocate(Long.BYTES).putLong(expires).array());
      mac.update(nonce);
      byte[] name = person.getBytes(StandardCharsets.UTF_8);
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
      mac.update(name);
      return mac.doFinal(action.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError("every Java has " + ALGORITHM, impossible);
    }
  }
}
