package dev.paxosjournal.journal;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code -Dcampaign.seconds=3600 -Dcampaign.seed=7}: all campaigns in turn, for that long. */
@ExtendWith(QuietLogs.class)
class LongCampaignTest {

  @Test
  @EnabledIfSystemProperty(
      named = "campaign.seconds",
      matches = "\\d+",
      disabledReason = "on demand")
  void nothingIsLostForAsLongAsOneLikes() throws InterruptedException {
    LongCampaign.run(
        Duration.ofSeconds(Long.getLong("campaign.seconds")), Long.getLong("campaign.seed", 1));
  }
}
