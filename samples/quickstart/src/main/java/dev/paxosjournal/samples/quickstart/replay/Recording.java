package dev.paxosjournal.samples.quickstart.replay;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A file of recorded calls, one a line, read as it goes. Blank lines are passed over. */
final class Recording implements Closeable {
  private final InputStream in;
  private long line;

  private Recording(InputStream in) {
    this.in = in;
  }

  static Recording open(Path file) throws ReplayFailure {
    try {
      return new Recording(new BufferedInputStream(Files.newInputStream(file)));
    } catch (NoSuchFileException e) {
      throw new ReplayFailure("there is no such file", e);
    } catch (IOException e) {
      throw new ReplayFailure("the file cannot be read: " + e, e);
    }
  }

  /** The number of the line that was read last; the first is 1. */
  long line() {
    return line;
  }

  /** The next call; empty at the end of the file. */
  Optional<RecordedCall> next() throws ReplayFailure {
    for (Optional<byte[]> bytes = nextLine(); bytes.isPresent(); bytes = nextLine()) {
      String text = decoded(bytes.get());
      if (!text.isBlank()) {
        return Optional.of(parsed(text));
      }
    }
    return Optional.empty();
  }

  private Optional<byte[]> nextLine() throws ReplayFailure {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      int read = in.read();
      if (read < 0) {
        return Optional.empty();
      }
      for (; read >= 0 && read != '\n'; read = in.read()) {
        bytes.write(read);
      }
    } catch (IOException e) {
      throw new ReplayFailure("the file cannot be read after line " + line + ": " + e, e);
    }
    line++;
    return Optional.of(bytes.toByteArray());
  }

  private String decoded(byte[] bytes) throws ReplayFailure {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw ReplayFailure.at(line, "not UTF-8");
    }
  }

  private RecordedCall parsed(String text) throws ReplayFailure {
    try {
      return LineParser.parse(text);
    } catch (IllegalArgumentException e) {
      throw ReplayFailure.at(line, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      // It was only read.
    }
  }
}
