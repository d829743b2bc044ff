package dev.paxosjournal.spring.admin.operations;

import dev.paxosjournal.journal.Operation;
import dev.paxosjournal.journal.Operation.Kind;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.spring.admin.security.OneTimeTokens;
import dev.paxosjournal.spring.admin.web.Call;
import dev.paxosjournal.spring.admin.web.Page;
import dev.paxosjournal.spring.admin.web.Reply;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** One operation: starting it, watching it, cancelling it, reading its result. */
public final class OperationsPage implements Page {
  private static final String CANCEL = "cancel";
  private static final long MEBI = 1 << 20;
  private static final long MAX_MIB_PER_SECOND = 1_000_000;

  private final PaxosJournal journal;
  private final OperationStart start;
  private final OneTimeTokens tokens;

  /** Operations on one journal. */
  public OperationsPage(PaxosJournal journal, OperationStart start, OneTimeTokens tokens) {
    this.journal = journal;
    this.start = start;
    this.tokens = tokens;
  }

  /** What a token for starting an operation is for. */
  public static String startAction(Kind kind, boolean dryRun) {
    return "start " + kind + (dryRun ? " dry" : "");
  }

  private static String cancelAction(long id) {
    return "cancel " + id;
  }

  @Override
  public Reply get(Call call) {
    OptionalLong id = call.numberAt(1);
    if (call.words().size() == 1) {
      return new Reply.SeeOther("/recovery");
    }
    if (id.isEmpty() || call.words().size() > 2) {
      return Reply.notFound();
    }
    Optional<Operation> found = find(id.getAsLong());
    if (found.isEmpty()) {
      return Reply.notFound();
    }
    Operation operation = found.get();
    boolean running = operation.state() == Operation.State.RUNNING;
    Map<String, Object> model = new HashMap<>();
    model.put("progress", new Progress(operation));
    model.put("operation", operation);
    model.put("kind", OperationStart.nameOf(operation.kind()));
    model.put("running", running);
    model.put("mayCancel", running && call.visitor().mayAct());
    model.put("mayRun", operation.dryRun() && start.dryRun(operation.kind()).isPresent());
    model.put("token", tokens.issue(call.visitor().name(), cancelAction(operation.id())));
    return new Reply.View("operation", model);
  }

  private Optional<Operation> find(long id) {
    return journal.operations().stream().filter(operation -> operation.id() == id).findFirst();
  }

  @Override
  public Reply post(Call call) {
    if (call.words().size() == 1) {
      return postStart(call);
    }
    OptionalLong id = call.numberAt(1);
    if (id.isEmpty() || call.words().size() != 3 || !call.words().get(2).equals(CANCEL)) {
      return Reply.notAllowed();
    }
    return postCancel(call, id.getAsLong());
  }

  private Reply postStart(Call call) {
    Optional<Kind> kind = OperationStart.kindOf(call.text("kind"));
    if (kind.isEmpty()) {
      return Reply.badRequest("problem.kind");
    }
    boolean dryRun = call.isSet("dry") && OperationStart.hasDryRun(kind.get());
    String name = OperationStart.nameOf(kind.get());
    if (!redeem(call, startAction(kind.get(), dryRun))) {
      start.refused(call.visitor(), name, dryRun, "token");
      return Reply.forbidden("problem.token");
    }
    if (!dryRun && !call.text("confirm").equals(start.confirmation())) {
      start.refused(call.visitor(), name, false, "confirmation");
      return Reply.badRequest("problem.confirmation", start.confirmation());
    }
    Optional<String> obstacle = start.obstacle(kind.get());
    if (obstacle.isPresent()) {
      start.refused(call.visitor(), name, dryRun, obstacle.get());
      return Reply.conflict(obstacle.get());
    }
    if (!dryRun && OperationStart.hasDryRun(kind.get()) && start.dryRun(kind.get()).isEmpty()) {
      start.refused(call.visitor(), name, false, "dry run first");
      return Reply.conflict("problem.dryRunFirst");
    }
    long mebis = Math.min(Math.max(0, call.number("speed").orElse(0)), MAX_MIB_PER_SECOND);
    long id = start.start(kind.get(), dryRun, mebis * MEBI, call.visitor());
    return new Reply.SeeOther("/operations/" + id);
  }

  private Reply postCancel(Call call, long id) {
    if (!redeem(call, cancelAction(id))) {
      start.refused(call.visitor(), CANCEL, false, "token");
      return Reply.forbidden("problem.token");
    }
    boolean running =
        journal
            .operation()
            .filter(o -> o.id() == id && o.state() == Operation.State.RUNNING)
            .isPresent();
    if (running) {
      start.cancel(id, call.visitor());
    }
    return new Reply.SeeOther("/operations/" + id);
  }

  private boolean redeem(Call call, String action) {
    return tokens.redeem(call.text("token"), call.visitor().name(), action);
  }
}
