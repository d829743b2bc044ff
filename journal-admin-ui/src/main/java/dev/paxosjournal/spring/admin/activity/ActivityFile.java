package dev.paxosjournal.spring.admin.activity;

import dev.paxosjournal.spring.admin.AdminAction;
import dev.paxosjournal.spring.admin.AdminAction.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The trail as a file of one JSON object a line. When it has grown long it becomes the {@code .1}
 * file, in place of the one before.
 */
public final class ActivityFile {
  private static final long LONG_FILE_BYTES = 1 << 20;
  private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":\"((?:[^\"\\\\]|\\\\.)*+)\"");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(u[0-9a-f]{4}|.)");

  private final Path file;

  /** A file that need not be there yet; its folder must. */
  public ActivityFile(Path file) {
    this.file = file;
  }

  /** The last entries, oldest first; lines that are none are left out. */
  List<AdminAction> read(int limit) throws IOException {
    Deque<String> lines = new ArrayDeque<>();
    for (Path part : List.of(before(), file)) {
      if (Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS)
          && Files.size(part) <= 2 * LONG_FILE_BYTES) {
        new String(Files.readAllBytes(part), StandardCharsets.UTF_8)
            .lines()
            .forEach(
                line -> {
                  lines.addLast(line);
                  if (lines.size() > limit) {
                    lines.removeFirst();
                  }
                });
      }
    }
    List<AdminAction> entries = new ArrayList<>();
    lines.forEach(line -> parse(line).ifPresent(entries::add));
    return entries;
  }

  void append(AdminAction entry) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) > LONG_FILE_BYTES) {
      Files.move(file, before(), StandardCopyOption.REPLACE_EXISTING);
    }
    byte[] line = (format(entry) + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS))) {
      channel.write(ByteBuffer.wrap(line));
    }
  }

  private Path before() {
    return file.resolveSibling(file.getFileName() + ".1");
  }

  private static String format(AdminAction entry) {
    StringBuilder line = new StringBuilder("{");
    field(line, "when", entry.when().toString());
    field(line, "number", Long.toString(entry.number()));
    field(line, "phase", entry.phase().name());
    field(line, "who", entry.who());
    field(line, "from", entry.from());
    field(line, "action", entry.action());
    field(line, "dryRun", Boolean.toString(entry.dryRun()));
    field(line, "outcome", entry.outcome());
    return line.append('}').toString();
  }

  private static void field(StringBuilder line, String name, String value) {
    line.append(line.length() == 1 ? "\"" : ",\"").append(name).append("\":\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (c < ' ' || Character.isISOControl(c) || Character.isSurrogate(c)) {
        line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
    line.append('"');
  }

  private static Optional<AdminAction> parse(String line) {
    Map<String, String> fields = new HashMap<>();
    Matcher matcher = FIELD.matcher(line);
    while (matcher.find()) {
      fields.put(matcher.group(1), unescape(matcher.group(2)));
    }
    try {
      return Optional.of(
          new AdminAction(
              Long.parseLong(fields.getOrDefault("number", "")),
              Phase.valueOf(fields.getOrDefault("phase", "")),
              Instant.parse(fields.getOrDefault("when", "")),
              fields.getOrDefault("who", ""),
              fields.getOrDefault("from", ""),
              fields.getOrDefault("action", ""),
              Boolean.parseBoolean(fields.getOrDefault("dryRun", "")),
              fields.getOrDefault("outcome", "")));
    } catch (IllegalArgumentException | DateTimeException noEntry) {
      return Optional.empty();
    }
  }

  private static String unescape(String text) {
    return ESCAPE
        .matcher(text)
        .replaceAll(
            escape -> {
              String code = escape.group(1);
              return Matcher.quoteReplacement(
                  code.length() == 5
                      ? String.valueOf((char) Integer.parseInt(code.substring(1), 16))
                      : code);
            });
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
