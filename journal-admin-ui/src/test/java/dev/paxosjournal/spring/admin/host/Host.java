package dev.paxosjournal.spring.admin.host;

import dev.paxosjournal.journal.Operation;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.spring.admin.host.Http.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A whole application that has the console, on a free port, with a journal of its own. */
public final class Host implements AutoCloseable {
  private static final String OURS = "dev.paxosjournal.spring.admin.autoconfigure.JournalAdmin";

  private final ConfigurableApplicationContext context;

  private Host(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** Starts an application of these parts. */
  public static Host start(List<Class<?>> parts, String... properties) {
    SpringApplication application = new SpringApplication(parts.toArray(Class<?>[]::new));
    List<String> arguments = new ArrayList<>(List.of("--server.port=0"));
    for (String property : properties) {
      arguments.add("--" + property);
    }
    return new Host(application.run(arguments.toArray(String[]::new)));
  }

  /** What makes an application do as if the console's jar were not there. */
  public static String withoutConsole() {
    return "spring.autoconfigure.exclude="
        + String.join(
            ",",
            OURS + "AutoConfiguration",
            OURS + "RoleAutoConfiguration",
            OURS + "AbsentAutoConfiguration");
  }

  /** The context of the application. */
  public ConfigurableApplicationContext context() {
    return context;
  }

  /** The journal of the application. */
  public PaxosJournal journal() {
    return context.getBean(PaxosJournal.class);
  }

  /** A client without name and cookies. */
  public Http client() {
    return new Http(
        context.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
  }

  /** What a person must type to confirm an action. */
  public String confirmation() {
    return journal().identity().clusterId() + "/" + journal().identity().nodeId();
  }

  /**
   * The fields of the form that verifies the journal, filled in. Who does not get the form has an
   * invented token of the console, and the application's own, if that is to be had.
   */
  public Map<String, String> verifyForm(Http client, String path) {
    awaitOperation();
    Answer page = client.get(path + "/recovery/verify");
    Map<String, String> fields = new HashMap<>(page.form("run").orElseGet(() -> csrfOf(client)));
    fields.putIfAbsent("kind", "verify");
    fields.putIfAbsent("token", "none");
    fields.put("confirm", confirmation());
    return fields;
  }

  private static Map<String, String> csrfOf(Http client) {
    return client.get("/form").form("run").orElse(Map.of());
  }

  /** Waits for the end of the operation that runs, so that the next can begin. */
  public void awaitOperation() {
    while (journal()
        .operation()
        .filter(operation -> operation.state() == Operation.State.RUNNING)
        .isPresent()) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
