package dev.paxosjournal.spring.autoconfigure;

import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Opens journals that live as the auto-configured one does: metrics and events tell of them under
 * their bean name, and they close and reopen with the context. For an application with more than
 * one journal:
 *
 * <pre>{@code
 * @Bean(defaultCandidate = false)
 * @Qualifier("audit")
 * PaxosJournal auditJournal(JournalFactory journals) {
 *   return journals.open(
 *       "auditJournal", JournalOptions.builder(Path.of("/var/lib/orders/audit"), "audit", 1));
 * }
 * }</pre>
 */
public final class JournalFactory {
  private final List<JournalObserver> observers;
  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private final Map<String, PaxosJournal> opened =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private final Map<String, Path> directories = new ConcurrentHashMap<>();

  JournalFactory(List<JournalObserver> observers) {
    this.observers = List.copyOf(observers);
  }

  /**
   * Opens a journal that is to be a bean.
   *
   * @param journal the name of that bean; tag of its metrics, name in health, events and endpoint
   * @param options what is asked for; the listeners are added
   * @throws IllegalArgumentException if an option is wrong, or the name was used before
   * @throws dev.paxosjournal.journal.JournalException as {@link PaxosJournal#open} does
   */
  public PaxosJournal open(String journal, JournalOptions.Builder options) {
    if (!names.add(journal)) {
      throw new IllegalArgumentException(
          "there is a journal named " + journal + " already; name each as its bean is named");
    }
    try {
      observers.forEach(observer -> options.listener(observer.listenTo(journal)));
      JournalOptions wanted = options.build();
      directories.put(journal, wanted.directory().toAbsolutePath().normalize());
      PaxosJournal opening = PaxosJournal.open(wanted);
      opened.put(journal, opening);
      return opening;
    } catch (RuntimeException | Error refused) {
      names.remove(journal);
      throw refused;
    }
  }

  /** Where a journal lies. */
  @Nullable Path directory(String journal) {
    return directories.get(journal);
  }

  /** What was opened, by bean name, in order. */
  Map<String, PaxosJournal> journals() {
    synchronized (opened) {
      return new LinkedHashMap<>(opened);
    }
  }
}
