package dev.paxosjournal.samples.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What Linux counts: bytes that this process sent to storage, and flushes of the device that holds
 * a directory. The device's counter includes what others do, so it can show that a contestant
 * forces less often than it says, and never that it forces more. -1 where it cannot be told.
 *
 * @param writtenBytes by this process
 * @param deviceFlushes by anybody
 * @param ownCpuNanos processor time of this process
 * @param busyCpuNanos processor time of everybody
 */
record SystemCounters(long writtenBytes, long deviceFlushes, long ownCpuNanos, long busyCpuNanos) {
  private static final int FLUSHES = 18;
  private static final long NANOS_PER_TICK = 10_000_000;

  static SystemCounters now(Path directory) {
    return new SystemCounters(
        writtenByThisProcess(), flushesOf(directory), cpuOfThisProcess(), cpuOfAll());
  }

  private static long writtenByThisProcess() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/io"))) {
        if (line.startsWith("write_bytes: ")) {
          return Long.parseLong(line.substring("write_bytes: ".length()));
        }
      }
    } catch (IOException | NumberFormatException unknown) {
      return -1;
    }
    return -1;
  }

  private static long flushesOf(Path directory) {
    try {
      String store = Files.getFileStore(directory).name();
      String device = store.substring(store.lastIndexOf('/') + 1);
      List<String> lines = Files.readAllLines(Path.of("/proc/diskstats"));
      for (String line : lines) {
        String[] fields = line.trim().split("\\s+", -1);
        if (fields.length > FLUSHES && fields[2].equals(device)) {
          return Long.parseLong(fields[FLUSHES]);
        }
      }
    } catch (IOException | NumberFormatException unknown) {
      return -1;
    }
    return -1;
  }

  private static long cpuOfThisProcess() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : -1;
  }

  /** Of all processors together, since the machine was started. */
  private static long cpuOfAll() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
      String[] fields = lines.findFirst().orElse("").trim().split("\\s+", -1);
      long busy = 0;
      // user, nice, system, idle, waiting for I/O, interrupts, soft interrupts, stolen
      for (int i = 1; i <= 8; i++) {
        if (i != 4 && i != 5) {
          busy += Long.parseLong(fields[i]);
        }
      }
      return busy * NANOS_PER_TICK;
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException unknown) {
      return -1;
    }
  }

  /** The part of all processors that other processes took between two moments; -1 if unknown. */
  static double takenByOthers(SystemCounters before, SystemCounters after, double seconds) {
    if (before.busyCpuNanos < 0 || before.ownCpuNanos < 0) {
      return -1;
    }
    long busy = after.busyCpuNanos - before.busyCpuNanos;
    long own = after.ownCpuNanos - before.ownCpuNanos;
    return Math.max(0, busy - own) / (seconds * 1e9 * Runtime.getRuntime().availableProcessors());
  }

  static double perUnit(long before, long after, double units) {
    return before < 0 || after < 0 || units <= 0 ? -1 : (after - before) / units;
  }
}
