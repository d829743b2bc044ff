package dev.paxosjournal.spring.admin.recovery;

import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.Operation;
import dev.paxosjournal.journal.Operation.Kind;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.RecoveryReport;
import dev.paxosjournal.journal.SetAside;
import dev.paxosjournal.spring.admin.operations.OperationStart;
import dev.paxosjournal.spring.admin.operations.OperationsPage;
import dev.paxosjournal.spring.admin.security.OneTimeTokens;
import dev.paxosjournal.spring.admin.web.Call;
import dev.paxosjournal.spring.admin.web.Page;
import dev.paxosjournal.spring.admin.web.Reply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reports of recoveries and operations, and what to know before an operation is started. */
public final class RecoveryPage implements Page {
  private static final List<String> KINDS =
      List.of(Kind.VERIFY, Kind.REBUILD, Kind.REPAIR, Kind.REOPEN).stream()
          .map(OperationStart::nameOf)
          .toList();

  /** Below it, each report has a page of its own, named by the time of the opening. */
  private static final String REPORTS = "reports";

  private static final int ROWS = 20;

  private final PaxosJournal journal;
  private final OperationStart start;
  private final OneTimeTokens tokens;

  /** About one journal. */
  public RecoveryPage(PaxosJournal journal, OperationStart start, OneTimeTokens tokens) {
    this.journal = journal;
    this.start = start;
    this.tokens = tokens;
  }

  @Override
  public Reply get(Call call) {
    if (call.words().size() == 1) {
      return reports(call);
    }
    if (call.words().get(1).equals(REPORTS)) {
      return report(call);
    }
    Optional<Kind> kind = OperationStart.kindOf(call.words().get(1));
    return kind.isEmpty() || call.words().size() > 2 ? Reply.notFound() : prepare(call, kind.get());
  }

  @Override
  public Reply post(Call call) {
    if (call.words().size() != 2 || !call.words().get(1).equals(OperationStart.EVIDENCE)) {
      return Reply.notAllowed();
    }
    String person = call.visitor().name();
    if (!tokens.redeem(call.text("token"), person, OperationStart.EVIDENCE)) {
      start.refused(call.visitor(), OperationStart.EVIDENCE, false, "token");
      return Reply.forbidden("problem.token");
    }
    if (!call.text("confirm").equals(start.confirmation())) {
      start.refused(call.visitor(), OperationStart.EVIDENCE, false, "confirmation");
      return Reply.badRequest("problem.confirmation", start.confirmation());
    }
    start.deleteEvidence(call.visitor());
    return new Reply.SeeOther("/recovery");
  }

  private Reply reports(Call call) {
    Map<String, Object> model = new HashMap<>();
    model.put("confirmation", start.confirmation());
    model.put("token", tokens.issue(call.visitor().name(), OperationStart.EVIDENCE));
    model.put("kinds", KINDS);
    model.put("operations", journal.operations());
    List<RecoveryReport> reports = journal.recoveries();
    model.put("present", reports.get(0));
    model.put("earlier", reports.subList(1, reports.size()));
    List<SetAside> quarantine = journal.quarantine();
    model.put("quarantine", quarantine.subList(0, Math.min(ROWS, quarantine.size())));
    model.put("moreQuarantine", Math.max(0, quarantine.size() - ROWS));
    model.put("damaged", journal.status().damaged());
    return new Reply.View("recovery", model);
  }

  /** One report whole; what there is of each segment, some at a time. */
  private Reply report(Call call) {
    OptionalLong opened = call.numberAt(2);
    Optional<RecoveryReport> found =
        journal.recoveries().stream()
            .filter(report -> opened.isPresent() && call.words().size() == 3)
            .filter(report -> report.opened().toEpochMilli() == opened.getAsLong())
            .findFirst();
    if (found.isEmpty()) {
      return Reply.notFound();
    }
    RecoveryReport report = found.get();
    int segments = report.segments().size();
    int from = (int) Math.min(segments, Math.max(0, call.number("from").orElse(0)));
    int before = Math.min(segments, from + ROWS);
    String path = "/recovery/reports/" + opened.getAsLong() + "?from=";
    Map<String, Object> model = new HashMap<>();
    model.put("report", report);
    model.put("rows", report.segments().subList(from, before));
    model.put("previous", from > 0 ? path + Math.max(0, from - ROWS) : "");
    model.put("next", before < segments ? path + before : "");
    return new Reply.View("report", model);
  }

  private Reply prepare(Call call, Kind kind) {
    JournalStatus status = journal.status();
    Optional<Operation> dryRun = start.dryRun(kind);
    Optional<String> obstacle = start.obstacle(kind);
    String person = call.visitor().name();
    Map<String, Object> model = new HashMap<>();
    model.put("kind", OperationStart.nameOf(kind));
    model.put("status", status);
    model.put("cause", status.cause().orElse(""));
    model.put("obstacle", obstacle.orElse(""));
    model.put("hasDryRun", OperationStart.hasDryRun(kind));
    model.put("dryRun", dryRun.orElse(null));
    model.put("mayRun", !OperationStart.hasDryRun(kind) || dryRun.isPresent());
    model.put("confirmation", start.confirmation());
    model.put("dryToken", tokens.issue(person, OperationsPage.startAction(kind, true)));
    model.put("runToken", tokens.issue(person, OperationsPage.startAction(kind, false)));
    return new Reply.View("prepare", model);
  }
}
