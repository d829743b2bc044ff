package dev.paxosjournal.wal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Looks whether each copy of the hint that was ever written can be read. */
public final class HintCheck {
  private HintCheck() {}

  /** One sentence for each copy that cannot. */
  public static List<String> troubles(Disk disk) throws IOException {
    List<String> troubles = new ArrayList<>();
    if (disk.list(Hint.FILE::equals).isEmpty()) {
      return troubles;
    }
    ByteBuffer content = ByteBuffer.allocate(Hint.FILE_BYTES);
    try (DiskFile file = disk.open(Hint.FILE, Disk.Access.READ)) {
      file.read(content, 0);
    }
    content.flip();
    for (int at = 0; at < Hint.FILE_BYTES; at += Hint.COPY_BYTES) {
      if (Hint.parseCopy(content, at) == null && !isBlank(content, at)) {
        troubles.add(
            "file "
                + Hint.FILE
                + ", offset "
                + at
                + ": one copy is unreadable; writing replaces it");
      }
    }
    return troubles;
  }

  private static boolean isBlank(ByteBuffer content, int at) {
    for (int i = at; i < Math.min(content.limit(), at + Hint.COPY_BYTES); i++) {
      if (content.get(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
