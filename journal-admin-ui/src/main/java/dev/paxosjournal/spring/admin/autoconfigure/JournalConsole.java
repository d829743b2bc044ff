package dev.paxosjournal.spring.admin.autoconfigure;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.RepairSource;
import dev.paxosjournal.spring.admin.PayloadRenderer;
import dev.paxosjournal.spring.admin.activity.Activity;
import dev.paxosjournal.spring.admin.activity.ActivityFile;
import dev.paxosjournal.spring.admin.activity.ActivityPage;
import dev.paxosjournal.spring.admin.operations.OperationStart;
import dev.paxosjournal.spring.admin.operations.OperationsPage;
import dev.paxosjournal.spring.admin.overview.OverviewPage;
import dev.paxosjournal.spring.admin.overview.Sampler;
import dev.paxosjournal.spring.admin.recovery.RecoveryPage;
import dev.paxosjournal.spring.admin.security.AccessMode;
import dev.paxosjournal.spring.admin.security.AccessRules;
import dev.paxosjournal.spring.admin.security.OneTimeTokens;
import dev.paxosjournal.spring.admin.segments.SegmentsPage;
import dev.paxosjournal.spring.admin.slots.SlotsPage;
import dev.paxosjournal.spring.admin.web.ConsoleServlet;
import dev.paxosjournal.spring.admin.web.Page;
import dev.paxosjournal.spring.admin.web.Screens;
import dev.paxosjournal.spring.admin.web.Texts;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/** The console, put together; its sampler runs while the context does. */
final class JournalConsole implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(JournalConsole.class);
  private static final String SECURITY = "org.springframework.security.web.SecurityFilterChain";
  private static final String DENIAL = "org.springframework.security.access.AccessDeniedException";

  private final AccessRules rules;
  private final Screens screens;
  private final ConsoleServlet servlet;
  private final Sampler sampler;
  private final String path;

  JournalConsole(
      PaxosJournal journal,
      JournalAdminProperties properties,
      Optional<RepairSource> repairSource,
      List<PayloadRenderer> renderers,
      ApplicationContext context) {
    Clock clock = Clock.systemUTC();
    this.path = properties.path();
    this.rules = rules(properties, ClassUtils.isPresent(SECURITY, context.getClassLoader()));
    Texts texts = new Texts();
    this.screens = new Screens(journal, rules, texts, clock);
    this.sampler = new Sampler(journal, clock);
    Activity activity =
        new Activity(
            clock,
            activityFile(properties, context.getEnvironment()).map(ActivityFile::new),
            context::publishEvent);
    OperationStart start = new OperationStart(journal, repairSource, activity, clock);
    OneTimeTokens tokens = new OneTimeTokens(clock);
    Map<String, Page> pages =
        Map.of(
            "", new OverviewPage(journal, sampler, activity),
            "slots", new SlotsPage(journal, renderers),
            "segments", new SegmentsPage(journal, clock),
            "recovery", new RecoveryPage(journal, start, tokens),
            "operations", new OperationsPage(journal, start, tokens),
            "activity", new ActivityPage(activity));
    this.servlet = new ConsoleServlet(rules, pages, screens);
  }

  AccessRules rules() {
    return rules;
  }

  Screens screens() {
    return screens;
  }

  ConsoleServlet servlet() {
    return servlet;
  }

  /** Whether this is how Spring Security says no; its class need not be there. */
  static boolean isDenial(Throwable failure) {
    for (@Nullable Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
      if (type.getName().equals(DENIAL)) {
        return true;
      }
    }
    return false;
  }

  static AccessRules rules(JournalAdminProperties properties, boolean hasSecurity) {
    AccessMode mode = properties.access();
    if (mode == AccessMode.AUTO) {
      mode = hasSecurity ? AccessMode.ROLE : AccessMode.LOCAL;
    } else if (mode == AccessMode.ROLE && !hasSecurity) {
      throw new InvalidConfigurationPropertyValueException(
          "paxos.journal.admin.access",
          "role",
          "roles need Spring Security: add spring-boot-starter-security, or write local");
    }
    Boolean readOnly = properties.readOnly();
    return new AccessRules(
        properties.enabled(),
        mode,
        readOnly == null ? mode == AccessMode.OPEN : readOnly,
        properties.allowedHosts().stream().map(host -> host.toLowerCase(Locale.ROOT)).toList(),
        properties.roles().viewer(),
        properties.roles().operator(),
        properties.roles().payload(),
        properties.showValues());
  }

  private static Optional<Path> activityFile(
      JournalAdminProperties properties, Environment environment) {
    Path chosen = properties.activityFile();
    if (chosen != null) {
      return Optional.of(chosen);
    }
    return Optional.ofNullable(environment.getProperty("paxos.journal.directory"))
        .map(directory -> Path.of(directory, "console-activity.jsonl"));
  }

  @Override
  public void start() {
    if (rules.mode() == AccessMode.OPEN) {
      log.warn(
          "the journal console at {} is open to everybody who can connect (access=open, actions"
              + " {})",
          path,
          rules.readOnly() ? "off" : "on");
    } else {
      log.info(
          "journal console: path={} access={} readOnly={}", path, rules.mode(), rules.readOnly());
    }
    sampler.start();
  }

  @Override
  public void stop() {
    sampler.stop();
  }

  @Override
  public boolean isRunning() {
    return sampler.isRunning();
  }
}
