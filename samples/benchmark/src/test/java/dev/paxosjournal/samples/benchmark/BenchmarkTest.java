package dev.paxosjournal.samples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.samples.benchmark.stores.Contestant;
import dev.paxosjournal.samples.benchmark.stores.Store;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchmarkTest {
  private static final Payload PAYLOAD = Payload.of(100);

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Contestant.class)
  void everyContestantAppendsForcesAndReadsBack(Contestant one) throws Exception {
    List<Long> keys = new ArrayList<>();
    try (Store store = one.open(directory.resolve("store"))) {
      store.promise(1);
      for (long number = 0; number < 5; number++) {
        keys.add(store.append(PAYLOAD.value(number)));
        store.commit(keys.get(keys.size() - 1));
      }
      store.append(PAYLOAD.value(5));

      for (int number = 0; number < 5; number++) {
        byte[] found = store.read(keys.get(number));
        assertThat(PAYLOAD.isValueOf(number, ByteBuffer.wrap(found))).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Contestant.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"RAW_ADAPTIVE", "RAW_DIRECT", "JOURNAL_PENDING"})
  void everyContestantFindsWhatWasLoaded(Contestant one) throws Exception {
    try (Store store = one.open(directory.resolve("store"))) {
      one.load(store, 2500, PAYLOAD);
    }
    List<Boolean> right = new ArrayList<>();

    try (Store store = one.open(directory.resolve("store"))) {
      store.scan((key, value) -> right.add(PAYLOAD.isValueOf(right.size(), value)));
    }

    assertThat(right).hasSize(2500).doesNotContain(false);
  }

  @Test
  void resultsAreATableAndWellFormedJson() throws Exception {
    Options options =
        Options.parse(
            new String[] {
              "--contestants=journal,raw",
              "--workloads=accept:128:1,open:1000,retransmit:1000,random:1000",
              "--rounds=1",
              "--seconds=0.1",
              "--directory=" + directory.resolve("data")
            });

    Report report = new Benchmark(options, silent()).run();

    JsonNode json = JsonMapper.builder().build().readTree(report.json());
    assertThat(json.get("results")).hasSize(8);
    JsonNode first = json.get("results").get(0);
    assertThat(first.get("contestant").asString()).isEqualTo("journal");
    assertThat(first.get("perSecond").get("median").asDouble()).isPositive();
    assertThat(first.get("logForcesPerAppend").get("median").asDouble()).isGreaterThan(0.9);
    assertThat(report.table()).contains("| accept:128:1 | of raw |").contains("| raw | 1.00 |");
  }

  @Test
  void contestantThatCannotRunEndsTheRun() {
    Options options =
        Options.parse(
            new String[] {
              "--contestants=raw", "--workloads=accept:128:1", "--directory=/proc/nowhere"
            });

    assertThatThrownBy(() -> new Benchmark(options, silent()).run()).isInstanceOf(Exception.class);
  }

  @Test
  void valueOfAnotherNumberIsNotTakenForIt() {
    ByteBuffer value = ByteBuffer.wrap(PAYLOAD.value(7));

    assertThat(PAYLOAD.isValueOf(7, value)).isTrue();
    assertThat(PAYLOAD.isValueOf(8, value)).isFalse();
    value.put(99, (byte) (value.get(99) + 1));
    assertThat(PAYLOAD.isValueOf(7, value)).isFalse();
  }

  @Test
  void latenciesAreToldWithinThreePercent() {
    Latencies latencies = new Latencies();
    for (int micros = 1; micros <= 1000; micros++) {
      latencies.add(micros * 1000L);
    }

    assertThat(latencies.quantileNanos(0.5)).isBetween(500_000L, 516_000L);
    assertThat(latencies.quantileNanos(0.999)).isBetween(999_000L, 1_031_000L);
  }

  private static PrintStream silent() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }
}
