package dev.paxosjournal.disk;

import java.nio.file.OpenOption;

/**
 * The option that opens a file past the page cache (O_DIRECT). Found by its name: compilers from
 * Java 24 on warn of each direct use of the class, and no switch that Java 17 knows turns it off.
 */
final class DirectIo {
  static final OpenOption OPTION = find();

  private DirectIo() {}

  /** Stands in where the platform has no such option: opening a file with it is refused. */
  private enum Absent implements OpenOption {
    DIRECT
  }

  private static OpenOption find() {
    try {
      Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
      return (OpenOption) options.getField("DIRECT").get(null);
    } catch (ReflectiveOperationException absent) {
      return Absent.DIRECT;
    }
  }
}
