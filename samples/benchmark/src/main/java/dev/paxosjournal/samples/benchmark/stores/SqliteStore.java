package dev.paxosjournal.samples.benchmark.stores;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SQLite, write-ahead log, {@code synchronous=FULL}; one connection that the writers share. */
final class SqliteStore implements Store {
  private static final int BATCH = 1000;

  private final Connection connection;
  private final PreparedStatement insert;
  private final PreparedStatement promise;
  private final PreparedStatement mark;
  private final PreparedStatement select;
  private long nextKey;
  private final List<Long> waitingMarks = new ArrayList<>();

  SqliteStore(Path directory) throws SQLException {
    connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("store.db"));
    try (Statement setup = connection.createStatement()) {
      setup.execute("PRAGMA journal_mode=WAL");
      setup.execute("PRAGMA synchronous=FULL");
      setup.execute("CREATE TABLE IF NOT EXISTS entry (slot INTEGER PRIMARY KEY, value BLOB)");
      setup.execute("CREATE TABLE IF NOT EXISTS mark (slot INTEGER PRIMARY KEY)");
      setup.execute("CREATE TABLE IF NOT EXISTS promise (id INTEGER PRIMARY KEY, ballot INTEGER)");
    }
    insert = connection.prepareStatement("INSERT INTO entry VALUES (?, ?)");
    promise = connection.prepareStatement("INSERT OR REPLACE INTO promise VALUES (0, ?)");
    mark = connection.prepareStatement("INSERT OR REPLACE INTO mark VALUES (?)");
    select = connection.prepareStatement("SELECT value FROM entry WHERE slot = ?");
  }

  @Override
  public synchronized long append(byte[] value) throws SQLException {
    long key = nextKey++;
    boolean marks = !waitingMarks.isEmpty();
    if (marks) {
      connection.setAutoCommit(false);
      for (long marked : waitingMarks) {
        mark.setLong(1, marked);
        mark.executeUpdate();
      }
      waitingMarks.clear();
    }
    insert.setLong(1, key);
    insert.setBytes(2, value);
    insert.executeUpdate();
    if (marks) {
      connection.commit();
      connection.setAutoCommit(true);
    }
    return key;
  }

  @Override
  public synchronized void promise(long number) throws SQLException {
    promise.setLong(1, number);
    promise.executeUpdate();
  }

  /** Rides along with the next append, as in the journal; a transaction of its own would force. */
  @Override
  public synchronized void commit(long key) {
    waitingMarks.add(key);
  }

  @Override
  public synchronized byte @Nullable [] read(long key) throws SQLException {
    select.setLong(1, key);
    try (ResultSet found = select.executeQuery()) {
      return found.next() ? found.getBytes(1) : null;
    }
  }

  @Override
  public void load(long count, Source source) throws SQLException {
    connection.setAutoCommit(false);
    for (long number = 0; number < count; number++) {
      insert.setLong(1, number);
      insert.setBytes(2, source.value(number));
      insert.addBatch();
      if (number % BATCH == BATCH - 1 || number == count - 1) {
        insert.executeBatch();
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  @Override
  public void scan(Values values) throws Exception {
    try (Statement all = connection.createStatement();
        ResultSet row = all.executeQuery("SELECT slot, value FROM entry ORDER BY slot")) {
      while (row.next()) {
        values.value(row.getLong(1), ByteBuffer.wrap(row.getBytes(2)));
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      insert.close();
      promise.close();
      mark.close();
      select.close();
      connection.close();
    } catch (SQLException failure) {
      throw new IOException(failure);
    }
  }
}
