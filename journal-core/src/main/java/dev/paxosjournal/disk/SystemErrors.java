package dev.paxosjournal.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the operating system's error out of an {@link IOException}. The JDK passes on only its
 * text, so the text is all there is to go by.
 */
final class SystemErrors {
  static final String TOO_MANY_OPEN_FILES = "Too many open files";

  private static final Set<String> NO_SPACE =
      Set.of(
          "No space left on device",
          "Disk quota exceeded",
          "Disc quota exceeded",
          TOO_MANY_OPEN_FILES,
          TOO_MANY_OPEN_FILES + " in system");

  private SystemErrors() {}

  /** Whether there was no room: ENOSPC, EDQUOT, EMFILE or ENFILE. */
  static boolean noSpace(IOException failure) {
    if (failure instanceof NoSpaceException) {
      return true;
    }
    String reason = reason(failure);
    return reason != null && (NO_SPACE.contains(reason) || reason.equals(LocalText.NO_SPACE));
  }

  /** The failure of an operation on a name; keeps the type that says why, if there is one. */
  static IOException refusal(String what, IOException cause) {
    // Of links that must not be followed the JDK does not even tell the name.
    return cause instanceof FileSystemException && !noSpace(cause) ? cause : failure(what, cause);
  }

  /** The failure of an operation whose own message does not name the file. */
  static IOException failure(String what, IOException cause) {
    return noSpace(cause)
        ? new NoSpaceException(message(what, cause), cause)
        : new IOException(message(what, cause), cause);
  }

  static String message(String what, IOException cause) {
    String reason = reason(cause);
    return "cannot " + what + ": " + (reason == null ? cause.getClass().getSimpleName() : reason);
  }

  // Not getMessage() of a FileSystemException: that starts with a file name, which may say
  // anything.
  private static @Nullable String reason(IOException failure) {
    return failure instanceof FileSystemException named ? named.getReason() : failure.getMessage();
  }

  /**
   * The text of ENOSPC in the language of this process. The JVM takes its texts from the C library,
   * which translates them; without this, a full disk on a German host would be taken for a broken
   * one. Learnt from Linux's device that is always full, when an unknown text is first seen.
   */
  private static final class LocalText {
    static final @Nullable String NO_SPACE = learn();

    private static @Nullable String learn() {
      boolean interrupted = Thread.interrupted();
      try (FileChannel full = FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
        full.write(ByteBuffer.allocate(1));
        return null;
      } catch (IOException e) {
        return e instanceof FileSystemException ? null : e.getMessage();
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
