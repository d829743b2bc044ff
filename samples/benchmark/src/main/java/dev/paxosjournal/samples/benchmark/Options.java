package dev.paxosjournal.samples.benchmark;

import dev.paxosjournal.samples.benchmark.stores.Contestant;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What the command line says. */
record Options(
    List<Contestant> contestants,
    List<Workload> workloads,
    int rounds,
    double seconds,
    Path directory,
    Path json) {

  static final String USAGE =
      """
      java -jar benchmark.jar [--option=value ...]
        --contestants=A,B   who takes part (default: all; raw always does)
        --workloads=A,B     accept:BYTES:WRITERS, mix:BYTES:WRITERS, open:COUNT[:BYTES],
                            retransmit:COUNT[:BYTES], random:COUNT[:BYTES] (default: all)
        --rounds=N          rounds, each of all contestants in turn (default 5)
        --seconds=S         measured time of a round (default 3)
        --directory=DIR     on the disk to measure; emptied before and after (default benchmark-data)
        --json=FILE         where the results go besides the table (default benchmark.json)
      """;

  private static final String ALL_WORKLOADS =
      "accept:128:1,accept:128:8,accept:128:64,accept:1024:1,accept:1024:8,accept:1024:64,"
          + "accept:16384:1,accept:16384:8,accept:16384:64,mix:1024:1,mix:1024:8,"
          + "open:1000000,open:10000000,retransmit:1000000,random:1000000";

  static Options parse(String[] arguments) {
    List<Contestant> contestants = List.of(Contestant.values());
    List<Workload> workloads = workloads(ALL_WORKLOADS);
    int rounds = 5;
    double seconds = 3;
    Path directory = Path.of("benchmark-data");
    Path json = Path.of("benchmark.json");
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("not an option: " + argument);
      }
      String value = argument.substring(equals + 1);
      switch (argument.substring(0, equals)) {
        case "--contestants" -> contestants = contestants(value);
        case "--workloads" -> workloads = workloads(value);
        case "--rounds" -> rounds = Math.max(1, Integer.parseInt(value));
        case "--seconds" -> seconds = Double.parseDouble(value);
        case "--directory" -> directory = Path.of(value);
        case "--json" -> json = Path.of(value);
        default -> throw new IllegalArgumentException("no such option: " + argument);
      }
    }
    return new Options(contestants, workloads, rounds, seconds, directory, json);
  }

  private static List<Contestant> contestants(String labels) {
    List<Contestant> named = Arrays.stream(labels.split(",", -1)).map(Contestant::of).toList();
    return Arrays.stream(Contestant.values())
        .filter(one -> one == Contestant.RAW || named.contains(one))
        .toList();
  }

  private static List<Workload> workloads(String labels) {
    return Arrays.stream(labels.split(",", -1)).map(Workload::of).toList();
  }
}
