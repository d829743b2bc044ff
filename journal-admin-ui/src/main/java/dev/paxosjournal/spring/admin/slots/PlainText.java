package dev.paxosjournal.spring.admin.slots;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Bytes as text in which nothing hides: what would be invisible, or turn the line round, is named.
 */
final class PlainText {
  private static final int UTF8_MOST = 3;

  private PlainText() {}

  static String visible(byte[] utf8) {
    return visible(new String(utf8, StandardCharsets.UTF_8));
  }

  static String visible(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (isHidden(c)) {
                shown.append(String.format(Locale.ROOT, "⟨U+%04X⟩", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }

  /** Whether these bytes are text; if they are only a beginning, the last character may be cut. */
  static boolean isText(byte[] bytes, boolean whole) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer source = ByteBuffer.wrap(bytes);
    CharBuffer chars = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(source, chars, whole);
    if (result.isError() || (!whole && source.remaining() > UTF8_MOST)) {
      return false;
    }
    return chars.flip().codePoints().noneMatch(c -> isHidden(c) && !isBidi(c));
  }

  private static boolean isHidden(int c) {
    if (c == '\n' || c == '\t') {
      return false;
    }
    int type = Character.getType(c);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.PRIVATE_USE
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }

  private static boolean isBidi(int c) {
    return Character.getType(c) == Character.FORMAT || c == '\r';
  }
}
