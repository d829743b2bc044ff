package dev.paxosjournal.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** Another JVM, with a main class of the tests: its standard output is read line by line. */
final class ChildJvm implements Closeable {
  final Process process;
  private final BufferedReader output;

  private ChildJvm(Process process) {
    this.process = process;
    this.output = process.inputReader(UTF_8);
  }

  static ChildJvm start(Class<?> main, Object... arguments) {
    return start(List.of(), main, arguments);
  }

  static ChildJvm start(List<String> jvmOptions, Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    // Nobody reads a log there: the API of SLF4J without anything behind it, and without a warning.
    command.add("-Dslf4j.internal.verbosity=ERROR");
    command.addAll(List.of("-cp", classPath(), main.getName()));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    try {
      return new ChildJvm(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String classPath() {
    return Stream.of(PaxosJournal.class, ChildJvm.class, LoggerFactory.class)
        .map(ChildJvm::classesOf)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String classesOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** The next line; fails if the other JVM has ended without one. */
  String line() {
    try {
      String line = output.readLine();
      if (line == null) {
        throw new AssertionError("the other JVM ended with " + process.onExit().join().exitValue());
      }
      return line;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Ends the other JVM as {@code kill -9} does, and returns what it still had said. */
  List<String> kill() {
    // Not Process.destroyForcibly(): that throws away what was not yet read.
    process.toHandle().destroyForcibly();
    List<String> rest = output.lines().toList();
    process.onExit().join();
    return rest;
  }

  /** Waits until the other JVM has ended by itself. */
  int join() {
    return process.onExit().join().exitValue();
  }

  /** Ends its standard input, for which it may wait; and then it. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.destroyForcibly();
    process.onExit().join();
  }
}
