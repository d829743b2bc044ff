package dev.paxosjournal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.journal.PaxosJournal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which class may use which: {@code jdeps} reads it out of the compiled classes. */
class LayeringTest {
  private static final String ROOT = "dev.paxosjournal.";

  /** Each package may use those behind it, and {@code paxos}, the words that all share. */
  private static final List<String> DOWNWARDS = List.of("journal", "slots", "wal", "disk");

  private static final List<Use> USES = new ArrayList<>();

  /**
   * One class uses another.
   *
   * @param where the module of the other one, or its file, or "not found"
   */
  private record Use(String from, String to, String where) {
    private static final Pattern LINE = Pattern.compile(" +(\\S+) +-> (\\S+) +(\\S.*)");

    boolean isOurs() {
      return to.startsWith(ROOT);
    }

    boolean goesDownwards() {
      String here = packageOf(from);
      String there = packageOf(to);
      return here.equals(there)
          || there.equals("paxos")
          || (DOWNWARDS.contains(here) && DOWNWARDS.indexOf(there) > DOWNWARDS.indexOf(here));
    }

    boolean opensFiles() {
      return to.equals("java.nio.channels.FileChannel")
          || to.equals("java.nio.file.Files")
          || to.matches("java\\.io\\.(File|RandomAccessFile).*");
    }

    static String packageOf(String className) {
      return className.substring(ROOT.length(), className.indexOf('.', ROOT.length()));
    }
  }

  @BeforeAll
  static void readUses() throws Exception {
    Path folder =
        Path.of(PaxosJournal.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> arguments =
        new ArrayList<>(List.of("-verbose:class", "-filter:none", "--ignore-missing-deps"));
    try (Stream<Path> files = Files.walk(folder)) {
      // Class by class: of a folder with a module-info, jdeps wants to resolve the module.
      files
          .map(Path::toString)
          .filter(name -> name.endsWith(".class") && !name.endsWith("module-info.class"))
          .forEach(arguments::add);
    }
    StringWriter printed = new StringWriter();
    PrintWriter out = new PrintWriter(printed, true);
    ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
    int status = jdeps.run(out, out, arguments.toArray(String[]::new));
    assertThat(status).as("%s", printed).isZero();
    for (String line : printed.toString().lines().toList()) {
      Matcher use = Use.LINE.matcher(line);
      if (use.matches()) {
        USES.add(new Use(use.group(1), use.group(2), use.group(3)));
      }
    }
    assertThat(USES).hasSizeGreaterThan(500);
  }

  @Test
  void packagesUseOnlyThoseBelow() {
    assertThat(USES).filteredOn(Use::isOurs).allMatch(Use::goesDownwards);
  }

  @Test
  void everyPackageHasItsPlace() {
    assertThat(USES)
        .extracting(use -> Use.packageOf(use.from()))
        .containsOnly("journal", "slots", "wal", "disk", "paxos");
  }

  @Test
  void onlyTheDiskOpensFiles() {
    assertThat(USES)
        .filteredOn(Use::opensFiles)
        .extracting(use -> use.from().replaceAll("\\$.*", ""))
        .containsOnly(
            ROOT + "disk.NioDisk",
            ROOT + "disk.NioFile",
            ROOT + "disk.DirectoryLock",
            ROOT + "disk.SystemErrors");
  }

  @Test
  void nothingIsNeededButJavaBaseSlf4jAndJspecify() {
    assertThat(USES)
        .filteredOn(use -> !use.isOurs() && !use.where().equals("java.base"))
        .extracting(use -> use.to().substring(0, use.to().lastIndexOf('.')))
        .containsOnly("org.slf4j", "org.jspecify.annotations");
  }
}
