package dev.paxosjournal.samples.benchmark.stores;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A contestant at work in one directory. {@link #append}, {@link #promise} and {@link #commit} are
 * called by many threads at a time; everything else by one.
 */
public interface Store extends Closeable {

  /** Hears of values. */
  interface Values {
    /** One value; the buffer is valid during the call only. */
    void value(long key, ByteBuffer value) throws Exception;
  }

  /** Makes the values to load. */
  interface Source {
    /** The value of a number. */
    byte[] value(long number);
  }

  /** Stores one value; returns, with the key to read it by, when it is durable. */
  long append(byte[] value) throws Exception;

  /** Stores the number of a promise; returns when it is durable. */
  void promise(long number) throws Exception;

  /** Notes that a value is decided; need not be durable before the next append is. */
  void commit(long key) throws Exception;

  /** The value stored under a key, or null if there is none. */
  byte @Nullable [] read(long key) throws Exception;

  /** Loads the values of the numbers 0…count−1, as fast as it can; all durable at the end. */
  void load(long count, Source source) throws Exception;

  /** The key under which the value of a number was loaded. */
  default long keyOf(long number, int valueBytes) {
    return number;
  }

  /** Hands out all values in order of their keys, verified as the store verifies them. */
  void scan(Values values) throws Exception;

  /** How often it forced its log, where it tells. */
  default OptionalLong logForces() {
    return OptionalLong.empty();
  }

  /** Bytes of its log from the first group to the last, where it tells. */
  default OptionalLong logBytes() {
    return OptionalLong.empty();
  }

  /** Puts it into the state that it has after long use; before anything is measured. */
  default void prepare() throws Exception {}

  @Override
  void close() throws IOException;
}
