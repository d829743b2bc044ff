package dev.paxosjournal.spring.admin.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.aot.hint.MemberCategory.INVOKE_PUBLIC_METHODS;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.reflection;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.resource;

import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.Operation;
import dev.paxosjournal.journal.RecoveryReport;
import dev.paxosjournal.journal.SegmentInfo;
import dev.paxosjournal.spring.admin.web.Texts;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;

/** A native image keeps what the console's pages are made of. */
class ConsoleHintsTest {
  private static final Path CLASSES = Path.of("target/classes");
  private static final Path RESOURCES = CLASSES.resolve("dev/paxosjournal/spring/admin");

  /** Records of the pages that no template looks into. */
  private static final Set<String> UNSEEN =
      Set.of(
          "AccessRules",
          "Call",
          "Download",
          "JournalAdminProperties",
          "Problem",
          "Roles",
          "SeeOther",
          "View");

  private final RuntimeHints hints = new RuntimeHints();

  ConsoleHintsTest() {
    new ConsoleHints().registerHints(hints, null);
  }

  @Test
  void everyTemplateAssetAndTextIsKept() throws IOException {
    List<String> files;
    try (Stream<Path> all = Files.walk(RESOURCES)) {
      files =
          all.filter(Files::isRegularFile)
              .filter(file -> !file.toString().endsWith(".class"))
              .map(file -> CLASSES.relativize(file).toString().replace('\\', '/'))
              .toList();
    }

    assertThat(files).hasSizeGreaterThan(15);
    assertThat(files)
        .allMatch(
            file ->
                resource().forResource(file).test(hints)
                    || (file.endsWith(".properties")
                        && resource().forBundle(Texts.BUNDLE).test(hints)));
  }

  @Test
  void everyRecordThatATemplateReadsIsKept() throws IOException, ClassNotFoundException {
    List<String> names;
    try (Stream<Path> all = Files.walk(RESOURCES)) {
      names =
          all.map(file -> CLASSES.relativize(file).toString().replace('\\', '/'))
              .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
              .map(file -> file.replace(".class", "").replace('/', '.'))
              .toList();
    }
    int records = 0;
    for (String name : names) {
      Class<?> type = Class.forName(name, false, getClass().getClassLoader());
      if (type.isRecord()
          && Modifier.isPublic(type.getModifiers())
          && !UNSEEN.contains(type.getSimpleName())) {
        records++;
        assertThat(hints)
            .as(name)
            .matches(reflection().onType(type).withMemberCategory(INVOKE_PUBLIC_METHODS));
      }
    }

    assertThat(records).isGreaterThan(8);
    for (Class<?> type :
        List.of(
            JournalStatus.class,
            Operation.class,
            RecoveryReport.class,
            RecoveryReport.SegmentReport.class,
            SegmentInfo.class)) {
      assertThat(hints)
          .matches(reflection().onType(type).withMemberCategory(INVOKE_PUBLIC_METHODS));
    }
  }
}
