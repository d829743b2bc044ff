package dev.paxosjournal.disk;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * One file of a {@link MemoryDisk}, whatever its name: what a reader sees, what is on the platter,
 * and the changes that lead from one to the other. Guarded by the disk's lock.
 */
final class MemoryFile {

  /** Unique on its disk and all images of it: the order of files where an order is needed. */
  final long id;

  /** The name it has now or had last. */
  String name;

  final Sectors live;
  final Sectors durable;
  final List<FileChange> unforced = new ArrayList<>();

  /**
   * Sectors that a failed force left clean in the page cache though they are not on the platter. No
   * later force writes them.
   */
  final BitSet lost = new BitSet();

  MemoryFile(long id, String name) {
    this(id, name, new Sectors(), new Sectors());
  }

  private MemoryFile(long id, String name, Sectors live, Sectors durable) {
    this.id = id;
    this.name = name;
    this.live = live;
    this.durable = durable;
  }

  /** A file of which all is durable. */
  static MemoryFile settled(long id, String name, Sectors content) {
    return new MemoryFile(id, name, content, content.copy());
  }

  /** The same file in the same state, on another disk. */
  MemoryFile copy() {
    MemoryFile copy = new MemoryFile(id, name, live.copy(), durable.copy());
    copy.unforced.addAll(unforced);
    copy.lost.or(lost);
    return copy;
  }

  void write(long number, byte[] bytes, long offset) {
    if (bytes.length > 0) {
      long sizeBytes = Math.max(live.sizeBytes(), offset + bytes.length);
      change(new FileChange(number, Sectors.sectorOf(offset), live.with(bytes, offset), sizeBytes));
    }
  }

  void truncate(long number, long sizeBytes) {
    if (sizeBytes < live.sizeBytes()) {
      change(new FileChange(number, Sectors.sectorOf(sizeBytes), live.cutAt(sizeBytes), sizeBytes));
    }
  }

  private void change(FileChange change) {
    change.applyTo(live);
    unforced.add(change);
  }

  void force() {
    for (FileChange change : unforced) {
      change.applyTo(durable);
      lost.clear(change.first(), change.before());
    }
    unforced.clear();
  }

  /** What a force that fails does: readers notice nothing, and the bytes are never written. */
  void loseUnforced() {
    for (FileChange change : unforced) {
      lost.set(change.first(), change.before());
    }
    unforced.clear();
  }

  /** Changes bytes behind everybody's back, in every version of them. */
  void overwrite(long offset, byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    for (Sectors content : List.of(live, durable)) {
      long sizeBytes = Math.max(content.sizeBytes(), offset + bytes.length);
      content.put(Sectors.sectorOf(offset), content.with(bytes, offset), sizeBytes);
    }
    unforced.replaceAll(change -> change.overwritten(offset, bytes));
  }

  /** Cuts every version of the content. */
  void cutAt(long sizeBytes) {
    for (Sectors content : List.of(live, durable)) {
      if (sizeBytes < content.sizeBytes()) {
        content.put(Sectors.sectorOf(sizeBytes), content.cutAt(sizeBytes), sizeBytes);
      }
    }
    unforced.replaceAll(change -> change.cutAt(sizeBytes));
  }
}
