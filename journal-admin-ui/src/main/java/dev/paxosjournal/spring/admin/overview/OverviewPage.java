package dev.paxosjournal.spring.admin.overview;

import dev.paxosjournal.journal.JournalCounters;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.JournalView;
import dev.paxosjournal.journal.RecoveryReport;
import dev.paxosjournal.spring.admin.activity.Activity;
import dev.paxosjournal.spring.admin.overview.Sampler.Sample;
import dev.paxosjournal.spring.admin.web.Call;
import dev.paxosjournal.spring.admin.web.Page;
import dev.paxosjournal.spring.admin.web.Reply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How the journal is, and what needs attention. */
public final class OverviewPage implements Page {
  private static final int ACTIONS = 5;

  private final JournalView journal;
  private final Sampler sampler;
  private final Activity activity;

  /** About one journal. */
  public OverviewPage(JournalView journal, Sampler sampler, Activity activity) {
    this.journal = journal;
    this.sampler = sampler;
    this.activity = activity;
  }

  @Override
  public Reply get(Call call) {
    JournalStatus status = journal.status();
    JournalCounters counters = journal.counters();
    RecoveryReport recovery = journal.recovery();
    long diskFreeBytes = journal.diskFreeBytes();
    List<Sample> samples = sampler.samples();
    Sample newest = samples.isEmpty() ? new Sample(0, 0, 0, 0) : samples.get(samples.size() - 1);

    Map<String, Object> model = new HashMap<>();
    model.put("status", status);
    model.put("promised", status.promised().map(Object::toString).orElse(""));
    model.put("firstGap", status.firstGap().isPresent() ? "" + status.firstGap().getAsLong() : "");
    model.put("counters", counters);
    model.put("recovery", recovery);
    model.put("diskFreeBytes", diskFreeBytes);
    model.put("openCounter", journal.identity().openCounter());
    model.put("newest", newest);
    putCharts(model, samples);
    model.put("actions", activity.newest(ACTIONS));
    model.put("operation", journal.operation().orElse(null));
    model.put(
        "attention",
        Attention.of(
            status,
            counters,
            recovery,
            diskFreeBytes,
            journal.quarantine().size(),
            newest.slowForceNanos()));
    return new Reply.View("overview", model);
  }

  private static void putCharts(Map<String, Object> model, List<Sample> samples) {
    List<Double> records = samples.stream().map(Sample::recordsPerSecond).toList();
    List<Double> median =
        samples.stream().map(sample -> (double) sample.medianForceNanos()).toList();
    List<Double> slow = samples.stream().map(sample -> (double) sample.slowForceNanos()).toList();
    double slowest = Sparkline.highest(slow);
    model.put("recordsChart", Sparkline.of(records, Sparkline.highest(records)));
    model.put("medianChart", Sparkline.of(median, slowest));
    model.put("slowChart", Sparkline.of(slow, slowest));
  }
}
