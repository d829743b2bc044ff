package dev.paxosjournal.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.Disk.Access;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CrashImageTest {
  private static final int SEEDS = 200;

  private final MemoryDisk disk = new MemoryDisk();

  @ParameterizedTest
  @EnumSource(CrashStrategy.class)
  void forcedSurvives(CrashStrategy strategy) throws IOException {
    byte[] forced = random(10_000, 1);
    DiskFile file = disk.open("file", Access.CREATE);
    write(file, 0, forced);
    file.force();
    disk.forceDirectory();
    // A block of its own: forced bytes in a block with unforced ones are at risk.
    write(file, 12_288, random(5_000, 2));
    write(disk.open("other", Access.CREATE), 0, random(5_000, 3));

    for (long seed = 0; seed < SEEDS; seed++) {
      MemoryDisk image = disk.crash(strategy, seed);

      assertThat(image.names()).as("seed %s", seed).contains("file");
      byte[] found = image.read("file");
      int comparable = strategy.equals(CrashStrategy.BLOCK_DESTROYED) ? 8_192 : 10_000;
      assertThat(Arrays.copyOf(found, comparable))
          .as("seed %s", seed)
          .isEqualTo(Arrays.copyOf(forced, comparable));
      assertThat(found.length).isGreaterThanOrEqualTo(10_000);
    }
  }

  @ParameterizedTest
  @EnumSource(CrashStrategy.class)
  void diskWithNothingUnforcedIsTheSameAfterACut(CrashStrategy strategy) throws IOException {
    MemoryDisk busy = busyDisk();
    for (String name : busy.names()) {
      busy.open(name, Access.WRITE).force();
    }
    busy.forceDirectory();

    for (long seed = 0; seed < SEEDS; seed++) {
      assertSame(busy.crash(strategy, seed), busy);
    }
  }

  @ParameterizedTest
  @EnumSource(CrashStrategy.class)
  void sameSeedGivesTheSameImage(CrashStrategy strategy) throws IOException {
    MemoryDisk busy = busyDisk();

    for (long seed = 0; seed < SEEDS; seed++) {
      assertSame(busy.crash(strategy, seed), busy.crash(strategy, seed));
      assertSame(busy.crash(strategy, seed), busy.copyOf().crash(strategy, seed));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = CrashStrategy.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NOTHING", "EVERYTHING"})
  void seedsGiveDifferentImages(CrashStrategy strategy) throws IOException {
    MemoryDisk busy = busyDisk();
    Set<List<Object>> images = new HashSet<>();

    for (long seed = 0; seed < SEEDS; seed++) {
      MemoryDisk image = busy.crash(strategy, seed);
      images.add(image.names().stream().<Object>map(n -> n + hash(image.read(n))).toList());
    }

    assertThat(images).hasSizeGreaterThan(10);
  }

  @Test
  void unforcedVanishesUnderNothing() throws IOException {
    disk.put("kept", bytes("kept"));
    disk.put("deleted", bytes("deleted"));
    disk.put("renamed", bytes("renamed"));
    DiskFile made = disk.open("made", Access.CREATE);
    write(made, 0, bytes("made"));
    made.force();
    disk.delete("deleted");
    disk.rename("renamed", "moved");
    write(disk.open("kept", Access.WRITE), 0, bytes("changed"));

    MemoryDisk image = disk.crash(CrashStrategy.NOTHING, 0);

    assertThat(image.names()).containsExactly("deleted", "kept", "renamed");
    assertThat(image.read("kept")).isEqualTo(bytes("kept"));
  }

  @Test
  void everythingIsThereUnderEverything() throws IOException {
    MemoryDisk busy = busyDisk();

    assertSame(busy.crash(CrashStrategy.EVERYTHING, 0), busy);
  }

  @Test
  void nameIsForcedWithoutTheBytes() throws IOException {
    write(disk.open("file", Access.CREATE), 0, bytes("text"));
    disk.forceDirectory();

    MemoryDisk image = disk.crash(CrashStrategy.NOTHING, 0);

    assertThat(image.sizeOf("file")).isZero();
  }

  @Test
  void prefixEndsBetweenTwoOperations() throws IOException {
    DiskFile file = disk.open("a", Access.CREATE);
    write(file, 0, bytes("1"));
    write(file, 1, bytes("2"));
    disk.rename("a", "b");
    write(file, 2, bytes("3"));

    Set<String> images = images(disk, CrashStrategy.PREFIX);

    assertThat(images).containsExactlyInAnyOrder("", "a=", "a=1", "a=12", "b=12", "b=123");
  }

  @Test
  void namesAreLostOneByOneButNotAgainstTheirOrder() throws IOException {
    disk.put("spare", bytes("s"));
    disk.put("old", bytes("o"));
    disk.rename("spare", "segment");
    disk.open("spare", Access.CREATE);
    disk.delete("old");

    Set<String> images = images(disk, CrashStrategy.NAMES_LOST);

    assertThat(images)
        .containsExactlyInAnyOrder(
            "old=o spare=s", "spare=s",
            "old=o segment=s", "segment=s",
            "old=o segment=s spare=", "segment=s spare=");
  }

  @Test
  void sectorsSurviveOneByOne() throws IOException {
    disk.put("file", new byte[1024]);
    byte[] ones = new byte[1024];
    Arrays.fill(ones, (byte) 1);
    write(disk.open("file", Access.WRITE), 0, ones);

    Set<String> found = new HashSet<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      byte[] image = disk.crash(CrashStrategy.SUBSET, seed).read("file");
      assertThat(image[511]).isEqualTo(image[0]);
      assertThat(image[1023]).isEqualTo(image[512]);
      found.add(image[0] + "" + image[512]);
    }

    assertThat(found).containsExactlyInAnyOrder("00", "01", "10", "11");
  }

  @Test
  void sectorsTearBetweenAnyTwoBytes() throws IOException {
    disk.put("file", new byte[512]);
    byte[] ones = new byte[512];
    Arrays.fill(ones, (byte) 1);
    write(disk.open("file", Access.WRITE), 0, ones);

    boolean torn = false;
    for (long seed = 0; seed < SEEDS; seed++) {
      byte[] image = disk.crash(CrashStrategy.TORN, seed).read("file");
      int sum = 0;
      for (byte b : image) {
        assertThat(b).isBetween((byte) 0, (byte) 1);
        sum += b;
      }
      torn |= sum > 0 && sum < 512;
    }
    assertThat(torn).isTrue();
  }

  @Test
  void blocksWithUnforcedWritesOnlyAreDestroyed() throws IOException {
    byte[] forced = random(16_384, 5);
    disk.put("file", forced);
    write(disk.open("file", Access.WRITE), 4_200, bytes("x"));

    boolean destroyed = false;
    for (long seed = 0; seed < SEEDS; seed++) {
      byte[] image = disk.crash(CrashStrategy.BLOCK_DESTROYED, seed).read("file");
      assertThat(Arrays.copyOf(image, 4_096)).isEqualTo(Arrays.copyOf(forced, 4_096));
      assertThat(Arrays.copyOfRange(image, 8_192, 16_384))
          .isEqualTo(Arrays.copyOfRange(forced, 8_192, 16_384));
      destroyed |= image[4_096] != forced[4_096] && image[8_191] != forced[8_191];
    }
    assertThat(destroyed).isTrue();
  }

  @Test
  void sizeRunsAheadOfTheBytes() throws IOException {
    disk.put("deleted", "D".repeat(2_000).getBytes(UTF_8));
    disk.delete("deleted");
    disk.forceDirectory();
    disk.put("file", bytes("old"));
    write(disk.open("file", Access.WRITE), 3, "N".repeat(1_000).getBytes(UTF_8));

    boolean zeros = false;
    boolean stale = false;
    for (long seed = 0; seed < SEEDS; seed++) {
      byte[] image = disk.crash(CrashStrategy.SIZE_AHEAD, seed).read("file");
      assertThat(image).hasSize(1_003).startsWith(bytes("old"));
      zeros |= image[3] == 0 && image[1_002] == 0;
      stale |= image[3] == 'D' && image[1_002] == 'D';
    }
    assertThat(zeros).isTrue();
    assertThat(stale).isTrue();
  }

  @Test
  void sizeStaysBehindTheBytes() throws IOException {
    disk.put("file", bytes("old"));
    write(disk.open("file", Access.WRITE), 0, bytes("newer"));

    assertThat(images(disk, CrashStrategy.SIZE_BEHIND)).containsExactly("file=new");
  }

  @Test
  void bytesBehindTheEndAreZerosWhenTheFileGrowsAgain() throws IOException {
    disk.put("file", bytes("old"));
    write(disk.open("file", Access.WRITE), 0, bytes("newer"));
    MemoryDisk image = disk.crash(CrashStrategy.SIZE_BEHIND, 0);

    write(image.open("file", Access.WRITE), 5, bytes("!"));

    assertThat(image.read("file")).isEqualTo(bytes("new\0\0!"));
  }

  @Test
  void imagesAreIndependent() throws IOException {
    MemoryDisk busy = busyDisk();
    byte[] before = busy.read("kept");
    MemoryDisk image = busy.crash(CrashStrategy.EVERYTHING, 0);
    MemoryDisk copy = busy.copyOf();

    write(image.open("kept", Access.WRITE), 0, random(600, 9));
    copy.flipBit("kept", 0);

    assertThat(busy.read("kept")).isEqualTo(before);
    assertThat(copy.read("kept")).isNotEqualTo(before);
    assertThat(image.read("kept")).isNotEqualTo(before).isNotEqualTo(copy.read("kept"));
  }

  @Test
  void processCrashKeepsTheUnforcedUnforced() throws IOException {
    disk.put("file", bytes("old"));
    write(disk.open("file", Access.WRITE), 0, bytes("new"));

    MemoryDisk after = disk.processCrash();

    assertThat(after.read("file")).isEqualTo(bytes("new"));
    assertThat(after.crash(CrashStrategy.NOTHING, 0).read("file")).isEqualTo(bytes("old"));
    after.open("file", Access.WRITE).force();
    assertThat(after.crash(CrashStrategy.NOTHING, 0).read("file")).isEqualTo(bytes("new"));
  }

  /** Forced and unforced of every sort. */
  private static MemoryDisk busyDisk() throws IOException {
    MemoryDisk busy = new MemoryDisk();
    busy.put("kept", random(60_000, 1));
    busy.put("replaced", random(3_000, 2));
    busy.put("deleted", random(20_000, 3));
    busy.put("renamed", random(5_000, 4));
    DiskFile kept = busy.open("kept", Access.WRITE);
    write(kept, 10_000, random(9_000, 5));
    write(kept, 12_000, random(3_000, 6));
    write(kept, 58_000, random(9_000, 7));
    DiskFile made = busy.open("made", Access.CREATE);
    write(made, 0, random(7_000, 8));
    made.truncate(6_000);
    busy.delete("deleted");
    busy.rename("renamed", "replaced");
    write(busy.open("replaced", Access.WRITE), 2_000, random(2_000, 9));
    busy.rename("made", "renamed");
    write(busy.open("another", Access.CREATE), 5_000, random(3_000, 10));
    return busy;
  }

  private static Set<String> images(MemoryDisk disk, CrashStrategy strategy) {
    Set<String> images = new HashSet<>();
    LongStream.range(0, SEEDS)
        .mapToObj(seed -> disk.crash(strategy, seed))
        .map(
            image ->
                String.join(
                    " ",
                    image.names().stream()
                        .map(name -> name + "=" + new String(image.read(name), UTF_8))
                        .toList()))
        .forEach(images::add);
    return images;
  }

  private static void assertSame(MemoryDisk actual, MemoryDisk expected) {
    assertThat(actual.names()).isEqualTo(expected.names());
    for (String name : expected.names()) {
      assertThat(actual.read(name)).as(name).isEqualTo(expected.read(name));
    }
  }

  private static String hash(byte[] bytes) {
    return Integer.toHexString(Arrays.hashCode(bytes));
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static void write(DiskFile file, long offset, byte[] bytes) throws IOException {
    file.write(ByteBuffer.wrap(bytes), offset);
  }
}
