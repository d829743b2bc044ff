package dev.paxosjournal.spring.admin.browser;

import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.NioDisk;
import dev.paxosjournal.journal.JournalOnDisk;
import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.RepairSource;
import dev.paxosjournal.journal.SlotSummary;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.spring.admin.autoconfigure.JournalAdminAutoConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * A node with a console, without Spring Security, so that browsers on this machine may do all; a
 * test can make its disk fail, and damage what lies on it.
 */
final class ConsoleNode implements AutoCloseable {
  static final String CONFIRMATION = "orders/3";

  private static final int HEADER_BYTES_AT_MOST = 256;

  private final Path directory;
  private final FailingDisk disk;
  private final PaxosJournal journal;
  private final ConfigurableApplicationContext context;

  /** What the application has of its own. */
  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    TomcatServletWebServerAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    JournalAdminAutoConfiguration.class
  })
  static class Application {}

  private ConsoleNode(
      Path directory, FailingDisk disk, PaxosJournal journal, ConfigurableApplicationContext it) {
    this.directory = directory;
    this.disk = disk;
    this.journal = journal;
    this.context = it;
  }

  /** A node whose peers have every committed value, with defaults but these options. */
  static ConsoleNode start(
      Path directory,
      RepairSource peers,
      UnaryOperator<JournalOptions.Builder> options,
      String... properties)
      throws IOException {
    FailingDisk disk = new FailingDisk(NioDisk.open(directory, true));
    PaxosJournal journal =
        JournalOnDisk.open(
            options.apply(JournalOptions.builder(directory, "orders", 3)).build(), disk);
    ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Application.class)
            .initializers(
                starting -> {
                  var beans = starting.getBeanFactory();
                  beans.registerSingleton("journal", journal);
                  beans.registerSingleton("peers", peers);
                })
            .properties(
                "server.port=0",
                "server.address=127.0.0.1",
                "spring.main.banner-mode=off",
                "paxos.journal.admin.access=local",
                "paxos.journal.admin.show-values=always",
                "paxos.journal.admin.activity-file=" + directory.resolve("console-activity.jsonl"))
            .properties(properties)
            .run();
    return new ConsoleNode(directory, disk, journal, context);
  }

  PaxosJournal journal() {
    return journal;
  }

  FailingDisk disk() {
    return disk;
  }

  String url(String path) {
    return "http://127.0.0.1:"
        + context.getEnvironment().getRequiredProperty("local.server.port")
        + "/journal"
        + path;
  }

  /** Learns slots as fast as the journal takes them. */
  void fill(long from, long before, LongFunction<Value> values) {
    CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
    for (long slot = from; slot < before; slot++) {
      last = journal.learn(new Accept(slot, ballotOf(slot), values.apply(slot)));
    }
    last.join();
  }

  static Ballot ballotOf(long slot) {
    return new Ballot(1 + slot / 1000, 1 + (int) (slot / 1000 % 3));
  }

  /** Flips one bit of a value on disk; nobody is told. */
  void rot(long slot) {
    SlotSummary where = journal.slots(slot, 1).slots().get(0);
    byte[] value = ((SlotState.Committed) journal.slot(slot)).value().toByteArray();
    try (FileChannel file =
        FileChannel.open(
            directory.resolve(where.file()), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      // The value is the end of its record, behind a header of a few dozen bytes.
      ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES_AT_MOST + value.length);
      file.read(record, where.offset());
      int at = find(record.array(), value);
      file.write(ByteBuffer.wrap(new byte[] {(byte) (record.get(at) ^ 4)}), where.offset() + at);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static int find(byte[] content, byte[] value) {
    for (int at = 0; at <= content.length - value.length; at++) {
      int i = 0;
      while (i < value.length && content[at + i] == value[i]) {
        i++;
      }
      if (i == value.length) {
        return at;
      }
    }
    throw new IllegalStateException("the value does not lie where its record does");
  }

  @Override
  public void close() {
    context.close();
    journal.close();
  }
}
