package dev.paxosjournal.journal;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Maps, lists, texts, whole numbers and truth values as JSON that people can read, and back. What
 * is read is trusted for nothing: depth and numbers are bounded, anything else is refused.
 */
final class Json {
  private static final int MOST_DEPTH = 16;

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /** Writes a value, indented. */
  static String write(Object value) {
    StringBuilder target = new StringBuilder();
    write(value, target, "\n");
    return target.append('\n').toString();
  }

  private static void write(Object value, StringBuilder target, String indent) {
    if (value instanceof Map<?, ?> map) {
      String inner = indent + "  ";
      target.append('{');
      for (Iterator<? extends Map.Entry<?, ?>> each = map.entrySet().iterator(); each.hasNext(); ) {
        Map.Entry<?, ?> entry = each.next();
        target.append(inner);
        writeText(String.valueOf(entry.getKey()), target);
        target.append(": ");
        write(entry.getValue(), target, inner);
        target.append(each.hasNext() ? "," : indent);
      }
      target.append('}');
    } else if (value instanceof List<?> list) {
      String inner = indent + "  ";
      target.append('[');
      for (Iterator<?> each = list.iterator(); each.hasNext(); ) {
        target.append(inner);
        write(each.next(), target, inner);
        target.append(each.hasNext() ? "," : indent);
      }
      target.append(']');
    } else if (value instanceof Boolean || value instanceof Integer || value instanceof Long) {
      target.append(value);
    } else {
      writeText(value.toString(), target);
    }
  }

  private static void writeText(String value, StringBuilder target) {
    target.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        target.append('\\').append(c);
      } else if (c < ' ' || c == 0x7F || Character.isSurrogate(c)) {
        target.append("\\u").append(Integer.toHexString(0x10000 | c).substring(1));
      } else {
        target.append(c);
      }
    }
    target.append('"');
  }

  /**
   * Reads an object.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  static Map<?, ?> parse(String text) {
    Json json = new Json(text);
    Object value = json.value(0);
    json.skipBlanks();
    if (!(value instanceof Map<?, ?> map) || json.at < text.length()) {
      throw json.wrong();
    }
    return map;
  }

  private @Nullable Object value(int depth) {
    skipBlanks();
    if (depth > MOST_DEPTH) {
      throw wrong();
    }
    return switch (peek()) {
      case '{' -> map(depth);
      case '[' -> list(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, Object> map(int depth) {
    Map<String, Object> map = new LinkedHashMap<>();
    at++;
    skipBlanks();
    while (peek() != '}') {
      String key = string();
      skipBlanks();
      expect(':');
      Object value = value(depth + 1);
      if (value != null) {
        map.put(key, value);
      }
      next('}');
    }
    at++;
    return map;
  }

  private List<Object> list(int depth) {
    List<Object> list = new ArrayList<>();
    at++;
    skipBlanks();
    while (peek() != ']') {
      Object value = value(depth + 1);
      if (value != null) {
        list.add(value);
      }
      next(']');
    }
    at++;
    return list;
  }

  /** Behind one element: its end, or a comma and another element. */
  private void next(char end) {
    skipBlanks();
    if (peek() != end) {
      expect(',');
      skipBlanks();
      if (peek() == end) {
        throw wrong();
      }
    }
  }

  private String string() {
    expect('"');
    StringBuilder value = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(at++);
      value.append(c == '\\' ? escaped() : c);
    }
    at++;
    return value.toString();
  }

  private char escaped() {
    char c = peek();
    at++;
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case '"', '\\', '/' -> c;
      case 'u' -> {
        if (text.length() - at < 4) {
          throw wrong();
        }
        at += 4;
        yield (char) Integer.parseInt(text, at - 4, at, 16);
      }
      default -> throw wrong();
    };
  }

  private long number() {
    int from = at;
    while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return Long.parseLong(text, from, at, 10);
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) {
      throw wrong();
    }
    at += word.length();
    return value;
  }

  private void expect(char c) {
    if (peek() != c) {
      throw wrong();
    }
    at++;
  }

  private char peek() {
    if (at >= text.length()) {
      throw wrong();
    }
    return text.charAt(at);
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException wrong() {
    return new IllegalArgumentException("not JSON as it is written here, at character " + at);
  }
}
