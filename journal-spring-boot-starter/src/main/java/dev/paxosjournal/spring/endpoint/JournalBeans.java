package dev.paxosjournal.spring.endpoint;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.RepairSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;

/** The application's journals by bean name, and the peers to repair each from. */
final class JournalBeans {
  private final Map<String, PaxosJournal> journals;
  private final Map<String, RepairSource> sources;

  JournalBeans(ListableBeanFactory beans) {
    this.journals = new LinkedHashMap<>(beans.getBeansOfType(PaxosJournal.class));
    this.sources = Map.copyOf(beans.getBeansOfType(RepairSource.class));
  }

  /** The journal meant by a request; one that names none means the only one. */
  String name(@Nullable String wanted) {
    if (wanted == null) {
      JournalEndpoint.require(
          journals.size() == 1, "name one of the journals: ?journal=" + journals.keySet());
      return List.copyOf(journals.keySet()).get(0);
    }
    JournalEndpoint.require(
        journals.containsKey(wanted), "there is no such journal; name one of " + journals.keySet());
    return wanted;
  }

  PaxosJournal get(String name) {
    return Objects.requireNonNull(journals.get(name), name);
  }

  /**
   * The peers of one journal. Another journal's would tell values of other slots, so with several
   * journals only a bean named after the journal counts.
   */
  Optional<RepairSource> repairSource(String journal) {
    RepairSource named = sources.get(repairSourceName(journal));
    if (named == null && journals.size() == 1 && sources.size() == 1) {
      return sources.values().stream().findFirst();
    }
    return Optional.ofNullable(named);
  }

  static String repairSourceName(String journal) {
    return journal + "RepairSource";
  }
}
