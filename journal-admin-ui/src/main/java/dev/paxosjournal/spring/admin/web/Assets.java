package dev.paxosjournal.spring.admin.web;

import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The style sheet and the script, from the class path, under names that change with their content.
 */
final class Assets {
  static final String FOLDER = "dev/paxosjournal/spring/admin/assets/";

  /**
   * One file.
   *
   * @param type its media type
   * @param content its bytes
   */
  record Asset(String type, Value content) {
    /** Changes whenever the content does. */
    String version() {
      return String.format(Locale.ROOT, "%08x", content.checksum());
    }
  }

  private final Map<String, Asset> assets = new HashMap<>();

  Assets() {
    load("console.css", "text/css", "console.css");
    load("htmx.js", "text/javascript", "htmx/htmx.min.js");
    load("htmx-licence.txt", "text/plain", "htmx/LICENSE");
    load("icon.svg", "image/svg+xml", "icon.svg");
  }

  private void load(String name, String type, String file) {
    try (InputStream in = Assets.class.getClassLoader().getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException("the console's " + FOLDER + file + " is missing");
      }
      assets.put(name, new Asset(type + ";charset=UTF-8", Value.copyOf(in.readAllBytes())));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  Optional<Asset> find(String name) {
    return Optional.ofNullable(assets.get(name));
  }

  /** Path of a file below the console's own, with its version. */
  String path(String name) {
    return "/assets/" + name + "?v=" + find(name).orElseThrow().version();
  }
}
