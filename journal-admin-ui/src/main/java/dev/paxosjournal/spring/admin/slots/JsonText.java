package dev.paxosjournal.spring.admin.slots;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JSON, indented. Goes through the text once, without recursion and without a tree, so that no
 * depth of nesting is too deep; checks the brackets and the words, and leaves them as they are.
 */
final class JsonText {
  private static final int MOST_INDENT = 40;
  private static final int MOST_DEPTH = 100_000;

  /** One piece of JSON; possessive, so that nothing is tried twice and no text is too long. */
  private static final Pattern TOKEN =
      Pattern.compile(
          "[ \\t\\r\\n]++|[{}\\[\\],:]|\"(?:[^\"\\\\\\x00-\\x1f]++|\\\\.)*+\""
              + "|-?[0-9][0-9.eE+-]*+|true|false|null");

  private final String json;
  private final StringBuilder shown = new StringBuilder();
  private final BitSet objects = new BitSet();
  private int depth;
  private boolean fresh;

  private JsonText(String json) {
    this.json = json;
  }

  static boolean looksLikeJson(byte[] bytes) {
    int i = 0;
    while (i < bytes.length && (bytes[i] == ' ' || (bytes[i] >= '\t' && bytes[i] <= '\r'))) {
      i++;
    }
    return i < bytes.length && (bytes[i] == '{' || bytes[i] == '[');
  }

  /**
   * The JSON in these bytes, a member a line.
   *
   * @param whole whether it must be complete; else it may break off anywhere
   * @return empty if it is no JSON
   */
  static Optional<String> pretty(byte[] utf8, boolean whole) {
    return new JsonText(new String(utf8, StandardCharsets.UTF_8)).write(whole);
  }

  private Optional<String> write(boolean whole) {
    Matcher token = TOKEN.matcher(json);
    int at = 0;
    while (at < json.length()) {
      token.region(at, json.length());
      if (!token.lookingAt()) {
        // A string, number or word may be cut off at the end of the bytes that are shown.
        boolean cutOff = !whole && json.length() - at < json.length();
        return cutOff && isBroken(at) ? done(json.substring(at)) : Optional.empty();
      }
      if (!take(token.group())) {
        return Optional.empty();
      }
      at = token.end();
    }
    boolean complete = depth == 0 && shown.length() > 0;
    return complete || !whole ? done("") : Optional.empty();
  }

  private boolean isBroken(int at) {
    char first = json.charAt(at);
    return first == '"'
        || "true".startsWith(json.substring(at, Math.min(at + 3, json.length())))
        || first == 'f'
        || first == 'n'
        || first == '-';
  }

  private Optional<String> done(String rest) {
    return Optional.of(PlainText.visible(shown.append(rest).toString()));
  }

  private boolean take(String token) {
    char first = token.charAt(0);
    switch (first) {
      case '{', '[' -> {
        if (depth >= MOST_DEPTH) {
          return false;
        }
        element();
        objects.set(++depth, first == '{');
        shown.append(first);
        fresh = true;
      }
      case '}', ']' -> {
        if (depth == 0 || objects.get(depth) != (first == '}')) {
          return false;
        }
        depth--;
        if (!fresh) {
          newLine();
        }
        fresh = false;
        shown.append(first);
      }
      case ',' -> {
        if (depth == 0) {
          return false;
        }
        shown.append(',');
        newLine();
      }
      case ':' -> {
        if (depth == 0 || !objects.get(depth)) {
          return false;
        }
        shown.append(": ");
      }
      case ' ', '\t', '\r', '\n' -> {
        // Indentation is made anew.
      }
      default -> {
        element();
        shown.append(token);
      }
    }
    return true;
  }

  private void element() {
    if (fresh) {
      newLine();
      fresh = false;
    }
  }

  private void newLine() {
    shown.append('\n').append("  ".repeat(Math.min(depth, MOST_INDENT)));
  }
}
