package dev.paxosjournal.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.paxosjournal.disk.Disk.Access;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class NioDiskTest {
  @TempDir Path directory;
  private NioDisk disk;

  @BeforeEach
  void open() throws IOException {
    disk = NioDisk.open(directory, false);
  }

  // --- the directory

  @Test
  void missingDirectoriesAreMadeOnRequest() throws IOException {
    Path deep = directory.resolve("a/b/c");

    NioDisk made = NioDisk.open(deep, true);

    assertThat(deep).isDirectory();
    assertThat(made.list()).isEmpty();
    assertThat(NioDisk.open(deep, true).path("x")).isEqualTo(made.path("x"));
  }

  @Test
  void missingDirectoryIsRefusedByName() {
    Path missing = directory.resolve("missing");

    assertThatThrownBy(() -> NioDisk.open(missing, false))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("does not exist");
    assertThat(missing).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fileInPlaceOfTheDirectoryIsRefused(boolean create) throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> NioDisk.open(file, create))
        .isInstanceOf(NotDirectoryException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void linkToADirectoryIsFollowedOnceOnly() throws IOException {
    Path first = Files.createDirectory(directory.resolve("first"));
    Path second = Files.createDirectory(directory.resolve("second"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), first);
    NioDisk linked = NioDisk.open(link, false);

    Files.delete(link);
    Files.createSymbolicLink(link, second);
    write(linked, "file", "text");

    assertThat(first.resolve("file")).exists();
    assertThat(second).isEmptyDirectory();
  }

  @Test
  void directoryThatWasReplacedIsNeitherForcedNorLocked() throws IOException {
    Path used = Files.createDirectory(directory.resolve("used"));
    NioDisk replaced = NioDisk.open(used, false);

    Files.move(used, directory.resolve("old"));
    Files.createDirectory(used);

    assertThatThrownBy(replaced::forceDirectory).hasMessageContaining("was replaced");
    assertThatThrownBy(replaced::lock).hasMessageContaining("was replaced");
  }

  @Test
  void listHoldsRegularFilesInOrder() throws IOException {
    write(disk, "b", "");
    write(disk, "a", "");
    Files.createDirectory(directory.resolve("folder"));
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("a"));

    try (Closeable lock = disk.lock()) {
      assertThat(lock).isNotNull();
      assertThat(disk.list()).containsExactly("a", "b");
    }
  }

  @Test
  void freeBytesAreThoseOfTheFileSystem() throws IOException {
    assertThat(disk.freeBytes()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "/a", "a\\b", "a\0", "LOCK"})
  void namesThatAreNotPlainAreRefused(String name) {
    assertThatThrownBy(() -> disk.open(name, Access.CREATE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> disk.delete(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> disk.rename("a", name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> disk.rename(name, "a")).isInstanceOf(IllegalArgumentException.class);
  }

  // --- files

  @Test
  void bytesAreReadWhereTheyWereWritten() throws IOException {
    try (DiskFile file = disk.open("file", Access.CREATE)) {
      file.write(bytes("world"), 6);
      file.write(bytes("hello"), 0);
      file.force();
      disk.forceDirectory();

      assertThat(file.size()).isEqualTo(11);
    }
    try (DiskFile file = disk.open("file", Access.READ)) {
      assertThat(read(file, 0, 11)).isEqualTo("hello\0world");
      assertThat(read(file, 6, 3)).isEqualTo("wor");
    }
  }

  @Test
  void readEndsWhereTheFileEnds() throws IOException {
    write(disk, "file", "12345");

    try (DiskFile file = disk.open("file", Access.READ)) {
      assertThat(read(file, 3, 100)).isEqualTo("45");
      assertThat(read(file, 5, 100)).isEmpty();
      assertThat(read(file, 1000, 100)).isEmpty();
    }
  }

  @Test
  void truncationShortensOnly() throws IOException {
    write(disk, "file", "12345");

    try (DiskFile file = disk.open("file", Access.WRITE)) {
      file.truncate(9);
      assertThat(file.size()).isEqualTo(5);
      file.truncate(2);
      assertThat(read(file, 0, 9)).isEqualTo("12");
    }
  }

  @Test
  void onlyCreateMakesAFileAndOnlyANewOne() throws IOException {
    assertThatThrownBy(() -> disk.open("file", Access.READ))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.open("file", Access.WRITE))
        .isInstanceOf(NoSuchFileException.class);
    write(disk, "file", "text");
    assertThatThrownBy(() -> disk.open("file", Access.CREATE))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(directory.resolve("file")).hasContent("text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"link", "folder", "dangling"})
  void linksAndFoldersAreRefused(String name) throws IOException {
    write(disk, "target", "text");
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("target"));
    Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("nowhere"));
    Files.createDirectory(directory.resolve("folder"));

    for (Access access : Access.values()) {
      assertThatThrownBy(() -> disk.open(name, access))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(directory.resolve(name).toString());
    }
    assertThat(directory.resolve("nowhere")).doesNotExist();
  }

  @Test
  void renameReplacesTheTarget() throws IOException {
    write(disk, "new", "new text");
    write(disk, "old", "old text");

    disk.rename("new", "old");

    assertThat(disk.list()).containsExactly("old");
    assertThat(directory.resolve("old")).hasContent("new text");
  }

  @Test
  void renameNeverReplacesAFolder() throws IOException {
    Files.createDirectory(directory.resolve("folder"));
    disk.open("new", Access.CREATE).close();

    assertThatThrownBy(() -> disk.rename("new", "folder"))
        .isInstanceOf(FileAlreadyExistsException.class);

    assertThat(disk.list()).containsExactly("new");
  }

  @Test
  void renameOfAMissingFileLeavesTheTarget() throws IOException {
    write(disk, "old", "old text");

    assertThatThrownBy(() -> disk.rename("new", "old")).isInstanceOf(NoSuchFileException.class);

    assertThat(directory.resolve("old")).hasContent("old text");
  }

  @Test
  void renameToTheSameNameChangesNothing() throws IOException {
    write(disk, "file", "text");

    disk.rename("file", "file");

    assertThat(directory.resolve("file")).hasContent("text");
    assertThatThrownBy(() -> disk.rename("no", "no")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void deletingTwiceIsNoError() throws IOException {
    write(disk, "file", "text");

    disk.delete("file");
    disk.delete("file");

    assertThat(disk.list()).isEmpty();
  }

  @Test
  void openFilesStayWithTheirFile() throws IOException {
    write(disk, "spare", "spare");
    write(disk, "old", "old");
    try (DiskFile spare = disk.open("spare", Access.WRITE);
        DiskFile replaced = disk.open("old", Access.READ)) {
      disk.rename("spare", "old");
      spare.write(bytes("SPARE"), 0);

      assertThat(read(replaced, 0, 9)).isEqualTo("old");
      disk.delete("old");
      assertThat(read(spare, 0, 9)).isEqualTo("SPARE");
    }
  }

  @Test
  void closedFileSaysSo() throws IOException {
    write(disk, "file", "text");
    DiskFile file = disk.open("file", Access.WRITE);
    file.close();
    file.close();

    assertThatThrownBy(() -> read(file, 0, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(disk.path("file"))
        .hasMessageContaining("closed");
    assertThatThrownBy(file::force).isInstanceOf(IOException.class).hasMessageContaining("closed");
  }

  // --- no space

  @ParameterizedTest
  @ValueSource(
      strings = {
        "No space left on device",
        "Disk quota exceeded",
        "Too many open files",
        "Too many open files in system"
      })
  void textsOfTheSystemThatMeanNoSpace(String text) {
    IOException plain = new IOException(text);
    IOException named = new FileSystemException("/file", null, text);

    assertThat(SystemErrors.noSpace(plain)).isTrue();
    assertThat(SystemErrors.noSpace(named)).isTrue();
    assertThat(SystemErrors.refusal("open /file", named))
        .isInstanceOf(NoSpaceException.class)
        .hasMessage("cannot open /file: " + text)
        .hasCause(named);
    assertThat(SystemErrors.failure("write /file", plain)).isInstanceOf(NoSpaceException.class);
  }

  @Test
  void otherTextsAreOtherFailures() {
    IOException plain = new IOException("Input/output error");
    IOException named = new NoSuchFileException("No space left on device");

    assertThat(SystemErrors.noSpace(plain)).isFalse();
    assertThat(SystemErrors.noSpace(new IOException())).isFalse();
    assertThat(SystemErrors.refusal("open /file", named)).isSameAs(named);
    assertThat(SystemErrors.failure("read /file", plain))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("cannot read /file: Input/output error");
  }

  @Test
  void fullDeviceHasNoSpace() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "no device that is always full");
    try (FileChannel channel = FileChannel.open(full, StandardOpenOption.WRITE)) {
      assertThatThrownBy(() -> channel.write(bytes("text")))
          .isInstanceOfSatisfying(
              IOException.class, e -> assertThat(SystemErrors.noSpace(e)).isTrue());
    }
  }

  private static void write(Disk disk, String name, String text) throws IOException {
    try (DiskFile file = disk.open(name, Access.CREATE)) {
      file.write(bytes(text), 0);
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static String read(DiskFile file, long offset, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(length);
    int count = file.read(target, offset);
    assertThat(target.position()).isEqualTo(count);
    return new String(target.array(), 0, count, UTF_8);
  }
}
