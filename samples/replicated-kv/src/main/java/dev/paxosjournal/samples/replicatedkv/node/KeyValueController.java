package dev.paxosjournal.samples.replicatedkv.node;

import dev.paxosjournal.samples.replicatedkv.store.Command;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The clients' interface. Any node takes any request; it goes to the leader. 503: nothing happened,
 * try another node; 504: it may have happened.
 */
@RestController
final class KeyValueController {
  private static final int MOST_CHARACTERS = 16_000;

  private final RaftNode node;

  KeyValueController(RaftNode node) {
    this.node = node;
  }

  @GetMapping(path = "/kv/{key}", produces = MediaType.TEXT_PLAIN_VALUE)
  ResponseEntity<String> get(
      @PathVariable String key, @RequestParam(defaultValue = "false") boolean local) {
    Optional<String> found =
        local ? node.local(key) : node.submit(new Command(Command.Kind.GET, checked(key), ""));
    return found.map(value -> ResponseEntity.ok(value)).orElse(ResponseEntity.notFound().build());
  }

  @PutMapping(path = "/kv/{key}", produces = MediaType.TEXT_PLAIN_VALUE)
  String put(@PathVariable String key, @RequestBody(required = false) @Nullable String value) {
    String text = value == null ? "" : value;
    node.submit(new Command(Command.Kind.PUT, checked(key), checked(text)));
    return "done\n";
  }

  @DeleteMapping(path = "/kv/{key}", produces = MediaType.TEXT_PLAIN_VALUE)
  String delete(@PathVariable String key) {
    node.submit(new Command(Command.Kind.DELETE, checked(key), ""));
    return "done\n";
  }

  private static String checked(String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException("at most " + MOST_CHARACTERS + " characters");
    }
    return text;
  }

  @GetMapping("/raft")
  RaftNode.State state() {
    return node.state();
  }

  @PostMapping(path = "/raft/repair", produces = MediaType.TEXT_PLAIN_VALUE)
  String repair() {
    return node.repair() + "\n";
  }

  @ExceptionHandler(NotAnswered.class)
  ResponseEntity<String> notAnswered(NotAnswered failure) {
    HttpStatus status =
        failure.mayHaveHappened() ? HttpStatus.GATEWAY_TIMEOUT : HttpStatus.SERVICE_UNAVAILABLE;
    return ResponseEntity.status(status).body(failure.getMessage() + "\n");
  }

  @ExceptionHandler(IllegalArgumentException.class)
  ResponseEntity<String> wrong(IllegalArgumentException failure) {
    return ResponseEntity.badRequest().body(failure.getMessage() + "\n");
  }
}
