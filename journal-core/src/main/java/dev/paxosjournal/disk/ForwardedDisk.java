package dev.paxosjournal.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/** A directory that is another one; subclasses say in what it differs. */
public abstract class ForwardedDisk implements Disk {
  /** The other one. */
  protected final Disk disk;

  protected ForwardedDisk(Disk disk) {
    this.disk = disk;
  }

  @Override
  public void forceDirectory() throws IOException {
    disk.forceDirectory();
  }

  @Override
  public List<String> list() throws IOException {
    return disk.list();
  }

  @Override
  public List<String> list(Predicate<String> wanted) throws IOException {
    return disk.list(wanted);
  }

  @Override
  public DiskFile open(String name, Access access) throws IOException {
    return disk.open(name, access);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    disk.delete(name);
  }

  @Override
  public Closeable lock() throws IOException {
    return disk.lock();
  }

  @Override
  public long freeBytes() throws IOException {
    return disk.freeBytes();
  }

  @Override
  public String path(String name) {
    return disk.path(name);
  }

  @Override
  public void close() throws IOException {
    disk.close();
  }
}
