package dev.paxosjournal.samples.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What Linux counts: bytes that this process sent to storage, and flushes of the device that holds
 * a directory. The device's counter includes what others do, so it can show that a contestant
 * forces less often than it says, and never that it forces more. -1 where it cannot be told.
 */
record SystemCounters(long writtenBytes, long deviceFlushes) {
  private static final int FLUSHES = 18;

  static SystemCounters now(Path directory) {
    return new SystemCounters(writtenByThisProcess(), flushesOf(directory));
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

  static double perUnit(long before, long after, double units) {
    return before < 0 || after < 0 || units <= 0 ? -1 : (after - before) / units;
  }
}
