package dev.paxosjournal.spring.admin.slots;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** CBOR (RFC 8949) in its diagnostic notation, within bounds of depth and length. */
final class CborText {
  private static final int MOST_DEPTH = 64;
  private static final int MOST_CHARS = 256 << 10;
  private static final int INDEFINITE = 31;

  private final ByteBuffer bytes;
  private final StringBuilder shown = new StringBuilder();

  private CborText(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  /** Whether these bytes begin with an array, a map or a tag: nearly any byte is CBOR of a kind. */
  static boolean looksLikeCbor(byte[] bytes) {
    int major = bytes.length == 0 ? 0 : (bytes[0] & 0xff) >> 5;
    return major >= 4 && major <= 6;
  }

  /**
   * The one item in these bytes.
   *
   * @param whole whether it must be complete; else it may break off
   * @return empty if it is no CBOR, or bytes follow it
   */
  static Optional<String> diagnose(byte[] bytes, boolean whole) {
    CborText text = new CborText(bytes);
    try {
      text.item(0);
      if (whole && text.bytes.hasRemaining()) {
        return Optional.empty();
      }
    } catch (BufferUnderflowException brokenOff) {
      if (whole) {
        return Optional.empty();
      }
      text.shown.append(" …");
    } catch (NotCbor no) {
      return Optional.empty();
    }
    return Optional.of(PlainText.visible(text.shown.toString()));
  }

  private static final class NotCbor extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotCbor() {
      super("no CBOR", null, false, false);
    }
  }

  private void item(int depth) {
    if (depth > MOST_DEPTH || shown.length() > MOST_CHARS) {
      throw new NotCbor();
    }
    int initial = bytes.get() & 0xff;
    int major = initial >> 5;
    int info = initial & 31;
    if (major == 7) {
      simple(info);
      return;
    }
    boolean indefinite = info == INDEFINITE;
    if (indefinite && (major < 2 || major == 6)) {
      throw new NotCbor();
    }
    long argument = indefinite ? -1 : argument(info);
    switch (major) {
      case 0 -> shown.append(Long.toUnsignedString(argument));
      case 1 -> negative(argument);
      case 2, 3 -> string(major, argument, depth);
      case 4 -> items("[", "]", argument, false, depth);
      case 5 -> items("{", "}", argument, true, depth);
      default -> {
        shown.append(Long.toUnsignedString(argument)).append('(');
        item(depth + 1);
        shown.append(')');
      }
    }
  }

  private long argument(int info) {
    return switch (info) {
      case 24 -> bytes.get() & 0xff;
      case 25 -> bytes.getShort() & 0xffff;
      case 26 -> bytes.getInt() & 0xffffffffL;
      case 27 -> bytes.getLong();
      default -> {
        if (info > 27) {
          throw new NotCbor();
        }
        yield info;
      }
    };
  }

  private void negative(long argument) {
    shown.append(
        argument >= 0 ? Long.toString(-1 - argument) : "-1-" + Long.toUnsignedString(argument));
  }

  private void string(int major, long length, int depth) {
    if (length < 0) {
      // Chunks up to a break.
      shown.append("(_ ");
      for (String comma = ""; !atBreak(); comma = ", ") {
        shown.append(comma);
        item(depth + 1);
      }
      shown.append(')');
      return;
    }
    if (length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] content = new byte[(int) length];
    bytes.get(content);
    if (major == 2) {
      shown.append("h'").append(HexFormat.of().formatHex(content)).append('\'');
    } else {
      String text = new String(content, StandardCharsets.UTF_8);
      shown.append('"').append(text.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
  }

  private void items(String open, String close, long count, boolean pairs, int depth) {
    shown.append(open).append(count < 0 ? "_ " : "");
    String line = "\n" + "  ".repeat(depth + 1);
    boolean any = false;
    for (long i = 0; count < 0 ? !atBreak() : i < count; i++) {
      shown.append(any ? "," : "").append(line);
      item(depth + 1);
      if (pairs) {
        shown.append(": ");
        item(depth + 1);
      }
      any = true;
    }
    shown.append(any ? "\n" + "  ".repeat(depth) : "").append(close);
  }

  private boolean atBreak() {
    if (!bytes.hasRemaining()) {
      throw new BufferUnderflowException();
    }
    if ((bytes.get(bytes.position()) & 0xff) == 0xff) {
      bytes.get();
      return true;
    }
    return false;
  }

  private void simple(int info) {
    switch (info) {
      case 20 -> shown.append("false");
      case 21 -> shown.append("true");
      case 22 -> shown.append("null");
      case 23 -> shown.append("undefined");
      case 24 -> shown.append("simple(").append(bytes.get() & 0xff).append(')');
      case 25 -> shown.append(half(bytes.getShort()));
      case 26 -> shown.append(bytes.getFloat());
      case 27 -> shown.append(bytes.getDouble());
      default -> {
        if (info > 27) {
          throw new NotCbor();
        }
        shown.append("simple(").append(info).append(')');
      }
    }
  }

  private static double half(short bits) {
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    double size =
        exponent == 0
            ? Math.scalb((double) fraction, -24)
            : exponent == 31
                ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                : Math.scalb((double) (fraction + 1024), exponent - 25);
    return bits < 0 ? -size : size;
  }
}
