package dev.paxosjournal.spring.admin.activity;

import dev.paxosjournal.spring.admin.web.Call;
import dev.paxosjournal.spring.admin.web.Page;
import dev.paxosjournal.spring.admin.web.Reply;
import java.util.Map;

/** Who did what. */
public final class ActivityPage implements Page {
  private static final int SHOWN = 200;

  private final Activity activity;

  /** Shows one trail. */
  public ActivityPage(Activity activity) {
    this.activity = activity;
  }

  @Override
  public Reply get(Call call) {
    if (call.words().size() > 1) {
      return Reply.notFound();
    }
    return new Reply.View(
        "activity",
        Map.of(
            "entries", activity.newest(SHOWN),
            "file", activity.fileName().orElse(""),
            "fileFailure", activity.fileFailure().orElse("")));
  }
}
