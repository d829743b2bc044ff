package dev.paxosjournal.samples.quickstart.faults;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets the next system call of a kind fail in each thread of a process, until it is closed. Where
 * strace is missing or may not trace, the test is skipped, and says so; but it fails where {@code
 * CI=true}.
 */
final class Strace implements AutoCloseable {
  private final Process process;
  private final List<String> output = new CopyOnWriteArrayList<>();
  private final CountDownLatch attachedOrEnded = new CountDownLatch(1);
  private volatile boolean attached;

  private Strace(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read, "output of strace");
    reader.setDaemon(true);
    reader.start();
  }

  static Strace failing(long pid, String call) throws InterruptedException {
    String inject = "inject=" + call + ":error=EIO:when=1";
    Process process;
    try {
      process =
          new ProcessBuilder(
                  "strace", "-f", "-p", Long.toString(pid), "-e", "trace=" + call, "-e", inject)
              .redirectErrorStream(true)
              .start();
    } catch (IOException missing) {
      throw cannotRun("install strace: " + missing.getMessage());
    }
    Strace strace = new Strace(process);
    boolean told = strace.attachedOrEnded.await(30, TimeUnit.SECONDS);
    if (!told || !strace.attached) {
      strace.close();
      throw cannotRun("strace may not trace here: " + strace.output);
    }
    return strace;
  }

  private static AssertionError cannotRun(String why) {
    return "true".equals(System.getenv("CI")) ? new AssertionError(why) : abort(why);
  }

  private void read() {
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
        if (line.contains(" attached")) {
          attached = true;
          attachedOrEnded.countDown();
        }
      }
    } catch (IOException closed) {
      output.add("closed");
    } finally {
      attachedOrEnded.countDown();
    }
  }

  /** What it told so far. */
  String output() {
    return String.join("\n", output);
  }

  /** Lets go of the process. */
  @Override
  public void close() {
    // On SIGTERM it lets the traced process go on.
    process.destroy();
    process.onExit().join();
  }
}
