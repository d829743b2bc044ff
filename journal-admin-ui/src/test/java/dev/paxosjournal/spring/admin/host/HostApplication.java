package dev.paxosjournal.spring.admin.host;

import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.util.FileSystemUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** An application with pages of its own and a journal in which slot 0 holds a secret. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(HostApplication.Pages.class)
public class HostApplication {

  /** What no page shows to whom it is not for. */
  public static final String SECRET = "the-secret-in-slot-0";

  /** A folder that is gone when the application is. */
  record Folder(Path path) implements AutoCloseable {
    @Override
    public void close() {
      FileSystemUtils.deleteRecursively(path.toFile());
    }
  }

  @Bean
  Folder folder() throws IOException {
    return new Folder(Files.createTempDirectory("console-host"));
  }

  @Bean
  PaxosJournal journal(Folder folder) {
    PaxosJournal journal =
        PaxosJournal.open(
            JournalOptions.builder(folder.path(), "orders", 1)
                .segmentBytes(1 << 20)
                .maxValueBytes(1 << 16)
                .build());
    journal.learn(new Accept(0, new Ballot(1, 1), Value.utf8(SECRET))).join();
    return journal;
  }

  /** Pages that have nothing to do with the console; one is named almost like it. */
  @RestController
  static class Pages {
    @GetMapping({"/hello", "/api/hello", "/journalist"})
    String hello() {
      return "hello";
    }

    @PostMapping({"/hello", "/api/hello"})
    String greet() {
      return "greeted";
    }

    @GetMapping("/fails")
    String fail() {
      throw new IllegalStateException("as asked");
    }
  }
}
