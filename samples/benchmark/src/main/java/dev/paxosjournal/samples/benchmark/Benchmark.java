package dev.paxosjournal.samples.benchmark;

import dev.paxosjournal.samples.benchmark.stores.Contestant;
import dev.paxosjournal.samples.benchmark.stores.Store;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs workloads: in each round all contestants in turn, so that what changes on the machine hits
 * all of them. Whatever goes wrong with one ends the whole run with its error.
 */
final class Benchmark {
  private final Options options;
  private final PrintStream progress;

  Benchmark(Options options, PrintStream progress) {
    this.options = options;
    this.progress = progress;
  }

  Report run() throws Exception {
    Report report = new Report(options);
    Files.createDirectories(options.directory());
    try {
      for (Workload workload : options.workloads()) {
        report.add(workload, run(workload));
      }
    } finally {
      deleteAll(options.directory());
    }
    return report;
  }

  private Map<Contestant, Measurement> run(Workload workload) throws Exception {
    List<Contestant> here = options.contestants().stream().filter(workload::isFor).toList();
    Map<Contestant, Measurement> measured = new LinkedHashMap<>();
    here.forEach(one -> measured.put(one, new Measurement()));
    if (workload.kind() != Workload.Kind.ACCEPT && workload.kind() != Workload.Kind.MIX) {
      for (Contestant one : here) {
        progress.println(workload.label() + " load " + one.label());
        load(workload, one);
      }
    } else if (options.rounds() > 1) {
      // Not counted: the first code that is run is not yet compiled.
      round(workload, here, 0, new LinkedHashMap<>());
    }
    for (int round = 1; round <= options.rounds(); round++) {
      round(workload, here, round, measured);
    }
    deleteAll(options.directory());
    Files.createDirectories(options.directory());
    return measured;
  }

  private void round(
      Workload workload, List<Contestant> here, int round, Map<Contestant, Measurement> measured)
      throws Exception {
    for (Contestant one : here) {
      progress.println(workload.label() + " round " + round + " " + one.label());
      Map<String, Double> figures;
      try {
        figures = measure(workload, one, round);
      } catch (Exception failure) {
        throw new IllegalStateException(one.label() + " failed in " + workload.label(), failure);
      }
      Measurement sum = measured.get(one);
      if (sum != null) {
        sum.add(figures);
      }
    }
  }

  private Path directoryOf(Contestant one) {
    return options.directory().resolve(one.label());
  }

  private void load(Workload workload, Contestant one) throws Exception {
    Path directory = directoryOf(one);
    if (workload.kind() == Workload.Kind.OPEN) {
      new OpenRound(workload, one, directory).load();
    } else {
      try (Store store = one.open(directory)) {
        one.load(store, workload.count(), Payload.of(workload.valueBytes()));
      }
    }
  }

  private Map<String, Double> measure(Workload workload, Contestant one, int round)
      throws Exception {
    Path directory = directoryOf(one);
    switch (workload.kind()) {
      case ACCEPT, MIX -> {
        Files.createDirectories(directory);
        try {
          return new WriteRound(workload).run(one, directory, options.seconds());
        } finally {
          deleteAll(directory);
        }
      }
      case OPEN -> {
        return new OpenRound(workload, one, directory).run(round == 1);
      }
      case RETRANSMIT -> {
        try (Store store = one.open(directory)) {
          return new ReadRound(workload).scan(store);
        }
      }
      case RANDOM -> {
        try (Store store = one.open(directory)) {
          return new ReadRound(workload).random(store, options.seconds(), round);
        }
      }
      default -> throw new AssertionError(workload.kind());
    }
  }

  private static void deleteAll(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> found = new ArrayList<>();
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder()).forEach(found::add);
    }
    for (Path path : found) {
      Files.deleteIfExists(path);
    }
  }
}
