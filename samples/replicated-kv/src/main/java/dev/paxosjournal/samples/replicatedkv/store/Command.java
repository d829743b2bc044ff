package dev.paxosjournal.samples.replicatedkv.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * What an entry asks of the map. A read goes through the log as well: then it sees every write that
 * was answered before it began, whoever leads.
 *
 * @param kind what to do
 * @param key of the map
 * @param value for {@link Kind#PUT}; else empty
 */
public record Command(Kind kind, String key, String value) {

  /** What to do; none depends on what is there, so one that is applied twice does no harm. */
  public enum Kind {
    /** Sets a value. */
    PUT,
    /** Removes a key. */
    DELETE,
    /** Answers the value. */
    GET
  }

  /** The command as bytes. */
  public byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(kind.name());
      out.writeUTF(key);
      out.writeUTF(value);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return bytes.toByteArray();
  }

  /** The command that these bytes are. */
  public static Command decode(byte[] bytes, int offset, int length) {
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(bytes, offset, length))) {
      return new Command(Kind.valueOf(in.readUTF()), in.readUTF(), in.readUTF());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** An answer as bytes. */
  static byte[] encodeAnswer(Optional<String> answer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeBoolean(answer.isPresent());
      out.writeUTF(answer.orElse(""));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return bytes.toByteArray();
  }

  /** The value of the key before a write, or at a read; empty if there was none. */
  public static Optional<String> decodeAnswer(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      boolean present = in.readBoolean();
      String value = in.readUTF();
      return present ? Optional.of(value) : Optional.empty();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
