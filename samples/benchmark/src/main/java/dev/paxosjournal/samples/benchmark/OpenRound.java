package dev.paxosjournal.samples.benchmark;

import dev.paxosjournal.samples.benchmark.stores.Contestant;
import dev.paxosjournal.samples.benchmark.stores.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Opening in a process of its own. One process loads and is killed; then, in each round, another
 * opens, tells how long that took and what is on its heap, and is killed as well.
 */
final class OpenRound {
  private static final String READY = "ready";

  private final Workload workload;
  private final Contestant contestant;
  private final Path directory;

  OpenRound(Workload workload, Contestant contestant, Path directory) {
    this.workload = workload;
    this.contestant = contestant;
    this.directory = directory;
  }

  void load() throws Exception {
    child("load", List.of());
  }

  Map<String, Double> run(boolean first) throws Exception {
    if (contestant == Contestant.JOURNAL_NO_CHECKPOINT) {
      deleteDerivedFiles();
    }
    Map<String, Double> figures = child("open", List.of());
    if (first && contestant == Contestant.JOURNAL) {
      // It ends with an error if 64 MiB are not enough to read everything.
      figures.putAll(child("scan", List.of("-Xmx64m")));
    }
    return figures;
  }

  private void deleteDerivedFiles() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (name.equals("checkpoint") || name.endsWith(".pos")) {
          Files.delete(file);
        }
      }
    }
  }

  private Map<String, Double> child(String task, List<String> jvmOptions) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (argument.startsWith("--add-opens") || argument.startsWith("-D")) {
        command.add(argument);
      }
    }
    String classPath = System.getProperty("java.class.path");
    if (classPath.endsWith("benchmark.jar")) {
      command.addAll(List.of("-jar", classPath));
    } else {
      command.addAll(List.of("-cp", classPath, BenchmarkCommand.class.getName()));
    }
    command.addAll(
        List.of("child", task, contestant.label(), workload.label(), directory.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Map<String, Double> figures = new LinkedHashMap<>();
    boolean ready = false;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals(READY)) {
          ready = true;
          break;
        }
        int equals = line.indexOf('=');
        if (equals > 0) {
          figures.put(line.substring(0, equals), Double.parseDouble(line.substring(equals + 1)));
        }
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    if (!ready) {
      throw new IllegalStateException(
          "the process to " + task + " " + contestant.label() + " ended");
    }
    return figures;
  }

  /** What the other process does; does not return. */
  static void inChild(
      String task, Contestant contestant, Workload workload, Path directory, PrintStream out)
      throws Exception {
    Payload payload = Payload.of(workload.valueBytes());
    long begun = System.nanoTime();
    Store store = contestant.open(directory);
    if (task.equals("load")) {
      contestant.load(store, workload.count(), payload);
    } else if (task.equals("scan")) {
      begun = System.nanoTime();
      new ReadRound(workload).scan(store);
      out.println(
          "scanWith64MiBPerSecond=" + workload.count() / ((System.nanoTime() - begun) / 1e9));
    } else {
      finishOpening(store, contestant, workload, payload);
      out.println("openMillis=" + (System.nanoTime() - begun) / 1e6);
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      out.println("heapMiB=" + (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0);
    }
    out.println(READY);
    out.flush();
    new CountDownLatch(1).await();
  }

  /** The limit reads everything; a store is open when it answered. */
  private static void finishOpening(
      Store store, Contestant contestant, Workload workload, Payload payload) throws Exception {
    if (contestant.isRaw()) {
      store.scan((key, value) -> {});
    } else if (contestant != Contestant.ARTEMIS) {
      long last = workload.count() - 1;
      byte[] found = store.read(store.keyOf(last, workload.valueBytes()));
      if (found == null || !payload.isValueOf(last, ByteBuffer.wrap(found))) {
        throw new IllegalStateException("the last value is not what was loaded");
      }
    }
  }
}
