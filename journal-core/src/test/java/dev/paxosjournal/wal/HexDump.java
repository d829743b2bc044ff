package dev.paxosjournal.wal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A dump with margins, a line for each field: {@code offset | bytes | what it is}. A long run of
 * one byte is written as {@code 00 × 3912}.
 */
final class HexDump {
  private static final int BYTES_A_LINE = 16;
  private static final Pattern LINE = Pattern.compile(" *(\\d+) \\| ([^|]*?) *\\|(?: (.*))?");
  private static final Pattern RUN = Pattern.compile("([0-9A-F]{2}) × (\\d+)");
  private static final HexFormat HEX = HexFormat.ofDelimiter(" ").withUpperCase();

  /** So many bytes, and what they are. */
  private static final class Field {
    final byte[] bytes;
    final boolean asRun;
    final String what;

    Field(byte[] bytes, boolean asRun, String what) {
      this.bytes = bytes;
      this.asRun = asRun;
      this.what = what;
    }
  }

  private final List<Field> fields;

  private HexDump(List<Field> fields) {
    this.fields = fields;
  }

  static HexDump parse(List<String> lines) {
    List<Field> fields = new ArrayList<>();
    int offset = 0;
    for (String line : lines) {
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches() || Integer.parseInt(matcher.group(1)) != offset) {
        throw new IllegalArgumentException("no field at offset " + offset + ": " + line);
      }
      String what = matcher.group(3) == null ? "" : matcher.group(3);
      Matcher run = RUN.matcher(matcher.group(2));
      byte[] bytes;
      if (run.matches()) {
        bytes = new byte[Integer.parseInt(run.group(2))];
        Arrays.fill(bytes, (byte) Integer.parseInt(run.group(1), 16));
      } else {
        bytes = HEX.parseHex(matcher.group(2));
      }
      fields.add(new Field(bytes, run.matches(), what));
      offset += bytes.length;
    }
    return new HexDump(fields);
  }

  /** The same fields with other bytes, as far as they reach; more become fields without a name. */
  HexDump with(byte[] content) {
    List<Field> other = new ArrayList<>();
    int offset = 0;
    for (Field field : fields) {
      int before = Math.min(content.length, offset + field.bytes.length);
      if (offset < before) {
        byte[] bytes = Arrays.copyOfRange(content, offset, before);
        other.add(new Field(bytes, field.asRun && isRun(bytes), field.what));
      }
      offset = before;
    }
    if (offset < content.length) {
      byte[] rest = Arrays.copyOfRange(content, offset, content.length);
      other.add(new Field(rest, isRun(rest), "?"));
    }
    return new HexDump(other);
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    int offset = 0;
    for (Field field : fields) {
      if (field.asRun) {
        String run = HEX.formatHex(field.bytes, 0, 1) + " × " + field.bytes.length;
        lines.add(line(offset, run, field.what));
      } else {
        for (int at = 0; at < field.bytes.length; at += BYTES_A_LINE) {
          int before = Math.min(at + BYTES_A_LINE, field.bytes.length);
          String hex = HEX.formatHex(field.bytes, at, before);
          lines.add(line(offset + at, hex, at == 0 ? field.what : ""));
        }
      }
      offset += field.bytes.length;
    }
    return lines;
  }

  private static String line(int offset, String bytes, String what) {
    return String.format("%5d | %-47s | %s", offset, bytes, what).stripTrailing();
  }

  private static boolean isRun(byte[] bytes) {
    for (byte each : bytes) {
      if (each != bytes[0]) {
        return false;
      }
    }
    return bytes.length > BYTES_A_LINE;
  }
}
