package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows of the API compiles as it stands, and the first of it runs. */
@ExtendWith(QuietLogs.class)
class ReadmeSnippetsTest {
  private static final Pattern JAVA =
      Pattern.compile("^```java\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final String IMPORTS =
      "import dev.paxosjournal.journal.*; import dev.paxosjournal.paxos.*;"
          + " import java.nio.file.Path; import java.util.Optional;\n";

  @TempDir Path directory;

  /** Those that speak of the core, in order; the others are tested where Spring is. */
  private static List<String> snippets() throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));
    String core = readme.substring(0, readme.indexOf("## In a Spring Boot application"));
    return JAVA.matcher(core).results().map((MatchResult found) -> found.group(1)).toList();
  }

  @Test
  void firstOneCompilesAndRunsAndLeavesItsValueBehind() throws Exception {
    Path made = directory.resolve("made");
    String source = snippets().get(0).replace("data/journal", made.toString());

    compile("Snippet", "public static void main(String[] none) {" + source + "}");
    URL[] classes = {directory.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(classes, PaxosJournal.class.getClassLoader())) {
      loader
          .loadClass("Snippet")
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[0]);
    }

    assertThat(source.lines().count()).isLessThanOrEqualTo(21);
    try (PaxosJournal journal =
        PaxosJournal.open(JournalOptions.builder(made, "orders", 1).build())) {
      assertThat(journal.slot(42))
          .isEqualTo(new SlotState.Committed(42, new Ballot(7, 1), Value.utf8("hello")));
    }
  }

  @Test
  void allOthersCompile() throws Exception {
    List<String> snippets = snippets();
    assertThat(snippets).hasSizeGreaterThan(1);
    for (int i = 1; i < snippets.size(); i++) {
      compile(
          "Snippet" + i,
          "interface Peer { Optional<Accept> committed(long slot); }"
              + " static void run(PaxosJournal journal, Peer peer) {"
              + snippets.get(i)
              + "}");
    }
  }

  private void compile(String name, String body) throws Exception {
    Path file = directory.resolve(name + ".java");
    Files.writeString(file, IMPORTS + "public class " + name + " {" + body + "}");
    String journal =
        Path.of(PaxosJournal.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString();
    StringWriter said = new StringWriter();
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of("-proc:none", "-cp", journal, "-d", directory.toString()),
                  null,
                  files.getJavaFileObjects(file))
              .call();
      assertThat(compiled).as(said.toString()).isTrue();
    }
  }
}
