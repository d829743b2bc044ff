package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What {@link KillTarget}s said, and so what a journal may hold. */
final class KillModel {

  /** One write that was asked for and not refused. */
  private static final class Write {
    final String kind;
    final long slot;
    final long round;
    boolean acknowledged;

    Write(String kind, long slot, long round) {
      this.kind = kind;
      this.slot = slot;
      this.round = round;
    }
  }

  /** Of each slot the writes, in the order in which they were asked for. */
  private final TreeMap<Long, List<Write>> slots = new TreeMap<>();

  /** Of the present target. */
  private final Map<Long, Write> byId = new HashMap<>();

  private long promised = Long.MIN_VALUE;
  private long committedThrough = -1;
  private long firstAvailable;
  private long mostFirstAvailable;
  private long term = -1;
  private long mostTerm = -1;

  /** Forgets how writes were called: another target follows. */
  void nextTarget() {
    byId.clear();
  }

  void hear(String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "?" -> asked(Long.parseLong(words[1]), words[2], Long.parseLong(words[3]), words[4]);
      case "+" -> acknowledged(byId.get(Long.parseLong(words[1])));
      case "-" -> refused(byId.get(Long.parseLong(words[1])));
      case "C" -> committedThrough = Math.max(committedThrough, Long.parseLong(words[1]));
      default -> throw new AssertionError("not a line of the protocol: " + line);
    }
  }

  private void asked(long id, String kind, long slot, String round) {
    Write write = new Write(kind, slot, Long.parseLong(round));
    byId.put(id, write);
    switch (kind) {
      case "accept", "learn", "commit" ->
          slots.computeIfAbsent(slot, s -> new ArrayList<>()).add(write);
      case "register" -> mostTerm = Math.max(mostTerm, write.round);
      case "compact" -> mostFirstAvailable = Math.max(mostFirstAvailable, slot);
      default -> {}
    }
  }

  private void acknowledged(Write write) {
    write.acknowledged = true;
    switch (write.kind) {
      case "promise", "accept" -> promised = Math.max(promised, write.round);
      case "register" -> term = Math.max(term, write.round);
      case "compact" -> firstAvailable = Math.max(firstAvailable, write.slot);
      default -> {}
    }
  }

  private void refused(Write write) {
    List<Write> ofSlot = slots.get(write.slot);
    if (ofSlot != null) {
      ofSlot.remove(write);
    }
  }

  /** Compares a journal with all that was heard; what it holds is from now on what it must hold. */
  void check(PaxosJournal journal) {
    JournalStatus status = journal.status();
    assertThat(status.state()).isEqualTo(JournalStatus.State.OPEN);
    assertThat(status.damaged()).isZero();
    assertThat(status.promised().map(Ballot::round).orElse(Long.MIN_VALUE))
        .isGreaterThanOrEqualTo(promised);
    assertThat(status.committedThrough()).isGreaterThanOrEqualTo(committedThrough);
    assertThat(status.firstAvailable()).isBetween(firstAvailable, mostFirstAvailable);
    Optional<Registration> registered = journal.raft().registered();
    long shownTerm = registered.map(Registration::term).orElse(-1L);
    assertThat(shownTerm).isBetween(term, mostTerm);
    registered.ifPresent(found -> assertThat(found).isEqualTo(KillTarget.vote(found.term())));
    term = shownTerm;
    promised = status.promised().map(Ballot::round).orElse(Long.MIN_VALUE);
    committedThrough = status.committedThrough();
    firstAvailable = status.firstAvailable();

    Map<Long, SlotState> committed = new TreeMap<>();
    Iterator<Map.Entry<Long, List<Write>>> each = slots.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Long, List<Write>> entry = each.next();
      SlotState found = journal.slot(entry.getKey());
      if (entry.getKey() < firstAvailable) {
        assertThat(found).isEqualTo(new SlotState.Compacted(entry.getKey(), firstAvailable));
        each.remove();
        continue;
      }
      assertThat(found).isIn(possible(entry.getKey(), entry.getValue()));
      if (found instanceof SlotState.Committed) {
        committed.put(entry.getKey(), found);
      }
      entry.setValue(new ArrayList<>(observed(found)));
    }
    checkRetransmission(journal, committed);
  }

  /** Where the acknowledged writes lead, with or without each of the others. */
  private static Set<SlotState> possible(long slot, List<Write> writes) {
    Set<SlotState> possible = Set.of(new SlotState.Unknown(slot));
    for (Write write : writes) {
      Set<SlotState> next = new HashSet<>(write.acknowledged ? Set.of() : possible);
      possible.forEach(state -> after(state, write).ifPresent(next::add));
      possible = next;
    }
    return possible;
  }

  /** The state after a write; empty if the state forbids it. */
  private static Optional<SlotState> after(SlotState state, Write write) {
    Ballot ballot = new Ballot(write.round, KillTarget.NODE);
    Value value = KillTarget.value(write.slot, write.round);
    SlotState committed = new SlotState.Committed(write.slot, ballot, value);
    SlotState pending = new SlotState.Pending(write.slot, ballot, value);
    if (state instanceof SlotState.Committed) {
      return state.equals(committed) ? Optional.of(state) : Optional.empty();
    }
    Optional<Ballot> held =
        state instanceof SlotState.Pending holds ? Optional.of(holds.ballot()) : Optional.empty();
    return switch (write.kind) {
      case "accept" ->
          held.filter(ballot::isBelow).isPresent() ? Optional.empty() : Optional.of(pending);
      case "commit" -> held.filter(ballot::equals).map(same -> committed);
      default ->
          held.filter(h -> !h.isBelow(ballot)).isPresent() && !state.equals(pending)
              ? Optional.empty()
              : Optional.of(committed);
    };
  }

  /** What was seen once is durable. */
  private static List<Write> observed(SlotState state) {
    Write write;
    if (state instanceof SlotState.Pending pending) {
      write = new Write("accept", state.slot(), pending.ballot().round());
    } else if (state instanceof SlotState.Committed committed) {
      write = new Write("learn", state.slot(), committed.ballot().round());
    } else {
      return List.of();
    }
    write.acknowledged = true;
    return List.of(write);
  }

  private void checkRetransmission(PaxosJournal journal, Map<Long, SlotState> committed) {
    try (Retransmission walk = journal.retransmit(firstAvailable, Long.MAX_VALUE)) {
      for (Optional<SlotState> next = walk.next(); next.isPresent(); next = walk.next()) {
        assertThat(next.get()).isEqualTo(committed.remove(next.get().slot()));
      }
      assertThat(walk.end().reason()).isEqualTo(Retransmission.Reason.END);
    }
    assertThat(committed).isEmpty();
  }

  @Override
  public String toString() {
    return slots.size() + " slots, C=" + committedThrough + ", promised " + promised;
  }
}
