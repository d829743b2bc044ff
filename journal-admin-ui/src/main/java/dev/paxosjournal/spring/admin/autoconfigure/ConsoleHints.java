package dev.paxosjournal.spring.admin.autoconfigure;

import dev.paxosjournal.journal.JournalCounters;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.Operation;
import dev.paxosjournal.journal.RecoveryReport;
import dev.paxosjournal.journal.SegmentInfo;
import dev.paxosjournal.journal.SegmentMap;
import dev.paxosjournal.journal.SetAside;
import dev.paxosjournal.spring.admin.AdminAction;
import dev.paxosjournal.spring.admin.operations.Progress;
import dev.paxosjournal.spring.admin.overview.Attention;
import dev.paxosjournal.spring.admin.overview.Sampler;
import dev.paxosjournal.spring.admin.overview.Sparkline;
import dev.paxosjournal.spring.admin.security.CsrfField;
import dev.paxosjournal.spring.admin.segments.LogMap;
import dev.paxosjournal.spring.admin.segments.SegmentRow;
import dev.paxosjournal.spring.admin.segments.StretchBar;
import dev.paxosjournal.spring.admin.segments.StretchRow;
import dev.paxosjournal.spring.admin.slots.SlotRow;
import dev.paxosjournal.spring.admin.slots.SlotView;
import dev.paxosjournal.spring.admin.slots.ValueText;
import dev.paxosjournal.spring.admin.web.Format;
import dev.paxosjournal.spring.admin.web.Texts;
import dev.paxosjournal.spring.admin.web.Visitor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * What a native image must keep of this module beside its classes: files, and the methods that
 * templates call by name.
 */
final class ConsoleHints implements RuntimeHintsRegistrar {

  /** What templates read from. */
  private static final List<Class<?>> SHOWN =
      List.of(
          AdminAction.class,
          Attention.class,
          CsrfField.class,
          Format.class,
          JournalCounters.class,
          JournalStatus.class,
          JournalStatus.State.class,
          LogMap.class,
          Operation.class,
          Operation.State.class,
          Progress.class,
          RecoveryReport.class,
          RecoveryReport.SegmentReport.class,
          Sampler.Sample.class,
          SegmentInfo.class,
          SegmentMap.class,
          SegmentRow.class,
          SetAside.class,
          SlotRow.class,
          SlotView.Damage.class,
          Sparkline.class,
          StretchBar.class,
          StretchRow.class,
          ValueText.class,
          Visitor.class,
          List.class,
          String.class);

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
    hints.resources().registerPattern("dev/paxosjournal/spring/admin/templates/*.html");
    hints.resources().registerPattern("dev/paxosjournal/spring/admin/assets/*");
    hints.resources().registerPattern("dev/paxosjournal/spring/admin/assets/htmx/*");
    hints.resources().registerResourceBundle(Texts.BUNDLE);
    for (Class<?> type : SHOWN) {
      hints.reflection().registerType(type, MemberCategory.INVOKE_PUBLIC_METHODS);
    }
  }
}
