package dev.paxosjournal.samples.quickstart.acceptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class AnswersTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  @Test
  void damagedSlotTellsTheBallotIfItIsKnown() {
    assertThat(MAPPER.writeValueAsString(Answers.Slot.of(damaged(Optional.of(new Ballot(3, -1))))))
        .isEqualTo("{\"slot\":7,\"state\":\"DAMAGED\",\"round\":3,\"node\":-1}");
    assertThat(MAPPER.writeValueAsString(Answers.Slot.of(damaged(Optional.empty()))))
        .isEqualTo("{\"slot\":7,\"state\":\"DAMAGED\"}");
  }

  @Test
  void damagedSlotIsRetransmittedWithoutItsBallot() {
    assertThat(
            MAPPER.writeValueAsString(Answers.Slot.lineOf(damaged(Optional.of(new Ballot(3, 1))))))
        .isEqualTo("{\"slot\":7,\"state\":\"DAMAGED\"}");
  }

  private static SlotState damaged(Optional<Ballot> ballot) {
    return new SlotState.Damaged(
        7,
        true,
        ballot,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        "",
        -1,
        "its sector cannot be read");
  }
}
