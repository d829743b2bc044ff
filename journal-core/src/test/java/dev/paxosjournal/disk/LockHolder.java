package dev.paxosjournal.disk;

import java.io.IOException;
import java.nio.file.Path;

/** Another process that wants the lock of a directory: tells what came of it, then waits. */
final class LockHolder {
  private LockHolder() {}

  /** Takes the directory; holds the lock until the standard input ends. */
  public static void main(String[] arguments) throws IOException {
    try {
      NioDisk.open(Path.of(arguments[0]), false).lock();
      System.out.println("locked by " + ProcessHandle.current().pid());
    } catch (DirectoryInUseException e) {
      System.out.println("refused: " + e.thisProcess() + " " + e.getMessage());
    }
    while (System.in.read() >= 0) {
      // until the test closes it
    }
  }
}
