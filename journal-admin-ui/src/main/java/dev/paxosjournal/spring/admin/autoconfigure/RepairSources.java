package dev.paxosjournal.spring.admin.autoconfigure;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.RepairSource;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ListableBeanFactory;

/** Which of the application's sources tells the slots of the console's journal. */
final class RepairSources {
  private RepairSources() {}

  /**
   * The bean named after the journal's. The values of another journal's peers would be learned into
   * this one, so with several journals no other counts.
   */
  static Optional<RepairSource> of(PaxosJournal journal, ListableBeanFactory beans) {
    Map<String, PaxosJournal> journals = beans.getBeansOfType(PaxosJournal.class);
    Map<String, RepairSource> sources = beans.getBeansOfType(RepairSource.class);
    Optional<RepairSource> named =
        journals.entrySet().stream()
            .filter(each -> each.getValue() == journal)
            .flatMap(each -> Optional.ofNullable(sources.get(named(each.getKey()))).stream())
            .findFirst();
    return named.isEmpty() && journals.size() == 1
        ? Optional.ofNullable(beans.getBeanProvider(RepairSource.class).getIfUnique())
        : named;
  }

  private static String named(String journal) {
    return journal + "RepairSource";
  }
}
