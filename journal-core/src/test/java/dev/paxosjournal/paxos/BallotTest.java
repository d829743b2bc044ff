package dev.paxosjournal.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BallotTest {
  private static final long[] ROUNDS = {
    Long.MIN_VALUE, Long.MIN_VALUE + 1, -(1L << 32), -1, 0, 1, 1L << 32, Long.MAX_VALUE
  };
  private static final int[] NODES = {Integer.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE};

  /** By round, then by node. */
  private static List<Ballot> inOrder() {
    List<Ballot> ballots = new ArrayList<>();
    for (long round : ROUNDS) {
      for (int node : NODES) {
        ballots.add(new Ballot(round, node));
      }
    }
    return ballots;
  }

  @Test
  void roundComesFirstThenNodeBothSigned() {
    List<Ballot> ballots = inOrder();

    for (int i = 0; i < ballots.size(); i++) {
      for (int j = 0; j < ballots.size(); j++) {
        Ballot one = ballots.get(i);
        Ballot other = ballots.get(j);
        assertThat(Integer.signum(one.compareTo(other)))
            .as("%s against %s", one, other)
            .isEqualTo(Integer.compare(i, j));
        assertThat(one.isBelow(other)).as("%s below %s", one, other).isEqualTo(i < j);
        assertThat(one.equals(other)).as("%s equals %s", one, other).isEqualTo(i == j);
      }
    }
  }

  @Test
  void sortingAnyMixtureGivesTheSameOrder() {
    List<Ballot> mixed = inOrder();
    Collections.shuffle(mixed, new Random(7));

    Collections.sort(mixed);

    assertThat(mixed).isEqualTo(inOrder());
  }

  @Test
  void readsAsRoundAndNode() {
    assertThat(new Ballot(7, 2)).hasToString("7.2");
    assertThat(new Ballot(-5, -1)).hasToString("-5.-1");
  }
}
