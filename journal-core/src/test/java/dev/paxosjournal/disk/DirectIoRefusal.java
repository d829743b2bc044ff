package dev.paxosjournal.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Whether the file system under the tests can write past the page cache. */
public final class DirectIoRefusal {
  private DirectIoRefusal() {}

  /** What it says if it cannot. */
  public static Optional<String> of(Path directory) {
    try {
      NioDisk.open(directory, false, true);
      return Optional.empty();
    } catch (IOException refused) {
      return Optional.of(String.valueOf(refused.getMessage()));
    }
  }
}
