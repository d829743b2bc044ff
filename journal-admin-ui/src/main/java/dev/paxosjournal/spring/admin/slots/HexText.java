package dev.paxosjournal.spring.admin.slots;

import java.util.HexFormat;
import java.util.Locale;

/** Bytes sixteen to a line: offset, hexadecimal, and ASCII where it is any. */
final class HexText {
  private static final int PER_LINE = 16;
  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");
  private static final int HEX_CHARS = 3 * PER_LINE;

  private HexText() {}

  static String dump(byte[] bytes) {
    StringBuilder lines = new StringBuilder();
    for (int at = 0; at < bytes.length; at += PER_LINE) {
      int before = Math.min(bytes.length, at + PER_LINE);
      String hex = HEX.formatHex(bytes, at, before);
      lines.append(String.format(Locale.ROOT, "%08x  ", at)).append(hex);
      lines.append(" ".repeat(HEX_CHARS + 1 - hex.length()));
      for (int i = at; i < before; i++) {
        lines.append(bytes[i] >= ' ' && bytes[i] <= '~' ? (char) bytes[i] : '.');
      }
      lines.append('\n');
    }
    return lines.toString();
  }
}
