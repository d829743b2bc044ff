package dev.paxosjournal.samples.replicatedkv.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A short chaos run in which each misfortune happens; {@code -Dchaos.seconds=600 -Dchaos.seed=7}
 * makes it longer, and another one.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChaosTest {
  private static final long SECONDS = Long.getLong("chaos.seconds", 45);
  private static final long SEED = Long.getLong("chaos.seed", 1);

  @TempDir Path home;

  /** The first of three free ports in a row. */
  static int freePorts() throws IOException {
    while (true) {
      List<ServerSocket> held = new ArrayList<>();
      try {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        int first = held.get(0).getLocalPort();
        for (int next = 1; next < 3; next++) {
          held.add(new ServerSocket(first + next, 1, InetAddress.getLoopbackAddress()));
        }
        return first;
      } catch (IOException | IllegalArgumentException taken) {
        // Others are.
      } finally {
        for (ServerSocket socket : held) {
          socket.close();
        }
      }
    }
  }

  @Test
  void nothingAcknowledgedIsLostAndNoTwoNodesDisagree() throws Exception {
    ChaosReport report = new Chaos(home, freePorts(), freePorts(), SEED, false).run(SECONDS);

    System.out.print(report.table());
    assertThat(report.violations()).isEmpty();
    assertThat(report.divergent()).isZero();
    assertThat(report.stillDamaged()).isZero();
    assertThat(report.acknowledged()).isGreaterThan(100);
    assertThat(report.compared()).isPositive();
    for (Misfortune each : Misfortune.values()) {
      assertThat(report.misfortunes().get(each)).as("%s", each).isPositive();
    }
  }

  @Test
  void lossIsFoundWhenNodesAcknowledgeBeforeTheyForce() throws Exception {
    ChaosReport report = new Chaos(home, freePorts(), freePorts(), SEED, true).run(1);

    System.out.print(report.table());
    assertThat(report.violations()).isNotEmpty();
  }
}
