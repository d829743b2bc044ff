package dev.paxosjournal.spring.admin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.Operation;
import dev.paxosjournal.journal.SegmentMap;
import dev.paxosjournal.journal.SlotSummary;
import dev.paxosjournal.spring.admin.AdminAction;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The texts are complete in each language, and nothing visible is written anywhere else. */
class TextsTest {
  private static final Path TEMPLATES =
      Path.of("src/main/resources/dev/paxosjournal/spring/admin/templates");
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\d+}");
  private static final Pattern LITERAL_KEY = Pattern.compile("#\\{([a-zA-Z.]+)[}(]");
  private static final Pattern MADE_KEY = Pattern.compile("#\\{\\|([^|]*)\\|");
  private static final Pattern JAVA_KEY =
      Pattern.compile("\"((?:problem|refused|obstacle)\\.[a-zA-Z]+)\"");

  /** A tag with its attributes, or the text before the next tag. */
  private static final Pattern PIECE =
      Pattern.compile("<!--.*?-->|<(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>|[^<]+", Pattern.DOTALL);

  private static final Pattern ATTRIBUTE =
      Pattern.compile("([\\w:-]+)=(?:\"([^\"]*)\"|'([^']*)')", Pattern.DOTALL);

  /** Literal text in expressions: units and signs, which are the same in every language. */
  private static final Set<String> UNITS = Set.of("MiB/s", "/s", "B", "p50", "p99", "UTC");

  private static Map<String, String> texts(String file) throws IOException {
    Properties read = new Properties();
    try (InputStream in =
        TextsTest.class.getResourceAsStream("/dev/paxosjournal/spring/admin/" + file)) {
      read.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    }
    return read.stringPropertyNames().stream()
        .collect(Collectors.toMap(key -> key, read::getProperty, (a, b) -> a, TreeMap::new));
  }

  private static Map<String, String> templates() throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.list(TEMPLATES)) {
      for (Path file : files.toList()) {
        all.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return all;
  }

  private static List<String> sources() throws IOException {
    List<String> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        all.add(Files.readString(file));
      }
    }
    return all;
  }

  // ---- every language has every text

  @Test
  void germanHasTheSameTextsAsEnglish() throws IOException {
    Map<String, String> english = texts("messages.properties");
    Map<String, String> german = texts("messages_de.properties");

    assertThat(german.keySet()).isEqualTo(english.keySet());
    english.forEach(
        (key, text) ->
            assertThat(placeholders(german.get(key))).as(key).isEqualTo(placeholders(text)));
    assertThat(Stream.concat(english.values().stream(), german.values().stream()))
        .allMatch(text -> !text.isBlank())
        .noneMatch(text -> text.contains("'")); // an apostrophe would begin a quotation
  }

  private static Set<String> placeholders(String text) {
    return PLACEHOLDER.matcher(text).results().map(r -> r.group()).collect(Collectors.toSet());
  }

  @Test
  void statesOfDifferentThingsHaveDifferentNames() throws IOException {
    for (String file : List.of("messages.properties", "messages_de.properties")) {
      for (String family : List.of("state", "kind", "stretch", "segment", "operation.state")) {
        List<String> names =
            texts(file).entrySet().stream()
                .filter(text -> text.getKey().matches(Pattern.quote(family) + "\\.[A-Za-z_]+"))
                .map(Map.Entry::getValue)
                .toList();
        assertThat(names).as(file + " " + family).doesNotHaveDuplicates();
      }
      Map<String, String> texts = texts(file);
      assertThat(texts.get("kind.pending")).isNotEqualTo(texts.get("state.OPEN"));
    }
  }

  @Test
  void everyLanguageIsOffered() {
    assertThat(Texts.LANGUAGES).containsExactly(Locale.ENGLISH, Locale.GERMAN);
    assertThat(new Texts().text(Locale.GERMAN, "yes")).isEqualTo("ja");
    assertThat(new Texts().text(Locale.FRENCH, "yes")).isEqualTo("yes");
    assertThat(Texts.choose(List.of(Locale.FRANCE, Locale.GERMANY))).isEqualTo(Locale.GERMAN);
  }

  // ---- every key has a text, every text a key

  @Test
  void everyKeyThatIsAskedForHasAText() throws IOException {
    Set<String> asked = new TreeSet<>();
    for (String template : templates().values()) {
      LITERAL_KEY.matcher(template).results().forEach(key -> asked.add(key.group(1)));
    }
    for (String source : sources()) {
      JAVA_KEY.matcher(source).results().forEach(key -> asked.add(key.group(1)));
    }
    for (JournalStatus.State state : JournalStatus.State.values()) {
      asked.addAll(List.of("state." + state, "state." + state + ".means"));
    }
    for (SlotSummary.Kind kind : SlotSummary.Kind.values()) {
      asked.addAll(List.of("kind." + lower(kind), "kind." + lower(kind) + ".means"));
    }
    for (SegmentMap.Kind kind : SegmentMap.Kind.values()) {
      asked.addAll(List.of("stretch." + lower(kind), "stretch." + lower(kind) + ".recovery"));
    }
    for (Operation.Kind kind : Operation.Kind.values()) {
      asked.add("operation.kind." + kind);
      if (kind != Operation.Kind.SCRUB) {
        asked.addAll(
            List.of(
                "operation." + lower(kind) + ".does",
                "operation." + lower(kind) + ".safe",
                "action." + lower(kind)));
      }
    }
    for (Operation.State state : Operation.State.values()) {
      asked.add("operation.state." + state);
    }
    for (AdminAction.Phase phase : AdminAction.Phase.values()) {
      asked.add("phase." + phase);
    }

    assertThat(texts("messages.properties").keySet()).containsAll(asked);
  }

  @Test
  void everyTextIsUsed() throws IOException {
    Set<String> starts = new TreeSet<>();
    Set<String> whole = new TreeSet<>();
    for (String template : templates().values()) {
      LITERAL_KEY.matcher(template).results().forEach(key -> whole.add(key.group(1)));
      Matcher made = MADE_KEY.matcher(template);
      while (made.find()) {
        starts.add(made.group(1).replaceAll("\\$\\{.*", ""));
      }
    }
    for (String source : sources()) {
      JAVA_KEY.matcher(source).results().forEach(key -> whole.add(key.group(1)));
    }

    assertThat(texts("messages.properties").keySet())
        .allMatch(key -> whole.contains(key) || starts.stream().anyMatch(key::startsWith));
    assertThat(starts).noneMatch(String::isEmpty);
  }

  // ---- nothing visible is written elsewhere

  @Test
  void templatesHoldNoTextOfTheirOwn() throws IOException {
    for (Map.Entry<String, String> template : templates().entrySet()) {
      Matcher pieces = PIECE.matcher(template.getValue());
      String tag = "";
      while (pieces.find()) {
        String piece = pieces.group();
        if (piece.startsWith("<")) {
          tag = piece;
          assertThat(visibleLiterals(piece)).as(template.getKey() + ": " + piece).isEmpty();
        } else if (!tag.contains("translate=\"no\"")) {
          String text = piece.replaceAll("\\[\\[.*?]]", "").replace("·", "").strip();
          assertThat(text).as(template.getKey() + " after " + tag).doesNotContainPattern("\\p{L}");
        }
      }
    }
  }

  /** Words that a tag would show, or read out, as they stand. */
  private static List<String> visibleLiterals(String tag) {
    List<String> words = new ArrayList<>();
    Matcher attributes = ATTRIBUTE.matcher(tag);
    while (attributes.find()) {
      String name = attributes.group(1);
      String value = attributes.group(2) == null ? attributes.group(3) : attributes.group(2);
      if (Set.of("title", "alt", "aria-label", "placeholder", "label", "aria-description")
          .contains(name)) {
        words.add(value);
      }
      if (Set.of("th:text", "th:title", "th:aria-label", "th:placeholder", "th:alt")
          .contains(name)) {
        words.addAll(literals(value));
      }
    }
    return words.stream().filter(word -> word.matches(".*\\p{L}.*")).toList();
  }

  /** What an expression says beside keys of texts and names of variables. */
  private static List<String> literals(String expression) {
    // An inner condition may compare with words; what it yields is a key or a variable again.
    String bare = expression.replaceAll("#\\{[^|}]*}|#\\{\\|[^|]*\\|(\\([^)]*\\))?}", " ");
    while (bare.matches("(?s).*\\$\\{[^{}]*}.*")) {
      bare = bare.replaceAll("\\$\\{[^{}]*}", " ");
    }
    return Stream.of(bare.split("[^\\p{L}\\p{N}/]+"))
        .filter(word -> !UNITS.contains(word))
        .toList();
  }

  @Test
  void templatesEvaluateNothingThatCameFromOutside() throws IOException {
    for (Map.Entry<String, String> template : templates().entrySet()) {
      assertThat(template.getValue())
          .as(template.getKey())
          .doesNotContain("th:utext", "[(", "__", "<script>", "style=", "javascript:", "#ctx")
          .doesNotContain("hx-on", "th:onclick", "onclick", "${param", "#request", "T(")
          .doesNotContain("th:inline", "th:fragment=\"${", "~{$");
    }
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
