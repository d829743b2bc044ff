package dev.paxosjournal.spring.admin.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A client that sends exactly what it is told, forbidden headers and methods included, and keeps
 * cookies.
 */
public final class Http {
  private static final Pattern HIDDEN =
      Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"");
  private static final Pattern FORM =
      Pattern.compile("<form [^>]*method=\"post\".*?</form>", Pattern.DOTALL);

  private final int port;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final Map<String, String> cookies = new TreeMap<>();

  Http(int port) {
    this.port = port;
    headers.put("Host", "localhost:" + port);
    headers.put("Accept-Language", "en");
  }

  /** The same with a header at each request, or without it if the value is empty. */
  public Http with(String name, String value) {
    if (value.isEmpty()) {
      headers.remove(name);
    } else {
      headers.put(name, value);
    }
    return this;
  }

  /** The same as this user, whose password is the name. */
  public Http as(String user) {
    String both = user + ":" + user;
    return with(
        "Authorization",
        "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
  }

  /** One GET. */
  public Answer get(String path) {
    return send("GET", path, "");
  }

  /** Posts a form as a page of this server would. */
  public Answer post(String path, Map<String, String> fields) {
    boolean saysSite = headers.containsKey("Sec-Fetch-Site") || headers.containsKey("Origin");
    if (!saysSite) {
      headers.put("Sec-Fetch-Site", "same-origin");
    }
    try {
      return send(
          "POST",
          path,
          fields.entrySet().stream()
              .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
              .collect(Collectors.joining("&")));
    } finally {
      if (!saysSite) {
        headers.remove("Sec-Fetch-Site");
      }
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** One request over a connection of its own. */
  public Answer send(String method, String path, String form) {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (!cookies.isEmpty()) {
      String all =
          cookies.entrySet().stream()
              .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
              .collect(Collectors.joining("; "));
      head.append("Cookie: ").append(all).append("\r\n");
    }
    if (!form.isEmpty()) {
      head.append("Content-Type: application/x-www-form-urlencoded\r\n");
      head.append("Content-Length: ").append(form.length()).append("\r\n");
    }
    head.append("Connection: close\r\n\r\n").append(form);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
      Answer answer = Answer.parse(socket.getInputStream().readAllBytes());
      answer.cookies().forEach(cookies::put);
      return answer;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * What came back.
   *
   * @param headers by name in lower case; of several of one name the last, except cookies
   */
  public record Answer(
      int status, Map<String, String> headers, Map<String, String> cookies, String body) {

    static Answer parse(byte[] bytes) {
      String all = new String(bytes, StandardCharsets.ISO_8859_1);
      int end = all.indexOf("\r\n\r\n");
      String[] lines = all.substring(0, end).split("\r\n", -1);
      Map<String, String> headers = new TreeMap<>();
      Map<String, String> cookies = new TreeMap<>();
      for (int i = 1; i < lines.length; i++) {
        String name = lines[i].substring(0, lines[i].indexOf(':')).toLowerCase(Locale.ROOT);
        String value = lines[i].substring(lines[i].indexOf(':') + 1).trim();
        if (name.equals("set-cookie")) {
          String[] cookie = value.split(";", -1)[0].split("=", 2);
          cookies.put(cookie[0], cookie[1]);
        }
        headers.put(name, value);
      }
      String rest = all.substring(end + 4);
      if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
        rest = unchunked(rest);
      }
      byte[] body = rest.getBytes(StandardCharsets.ISO_8859_1);
      return new Answer(
          Integer.parseInt(lines[0].split(" ", -1)[1]),
          headers,
          cookies,
          new String(body, StandardCharsets.UTF_8));
    }

    private static String unchunked(String chunks) {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      int at = 0;
      while (true) {
        int line = chunks.indexOf("\r\n", at);
        int length = Integer.parseInt(chunks.substring(at, line), 16);
        if (length == 0) {
          return whole.toString(StandardCharsets.ISO_8859_1);
        }
        String chunk = chunks.substring(line + 2, line + 2 + length);
        whole.writeBytes(chunk.getBytes(StandardCharsets.ISO_8859_1));
        at = line + 2 + length + 2;
      }
    }

    /** One header; empty if it is absent. */
    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** The hidden fields of the form whose button has this id; empty if there is no such form. */
    public Optional<Map<String, String>> form(String button) {
      Matcher forms = FORM.matcher(body);
      while (forms.find()) {
        if (forms.group().contains("id=\"" + button + "\"")) {
          Map<String, String> fields = new LinkedHashMap<>();
          Matcher hidden = HIDDEN.matcher(forms.group());
          while (hidden.find()) {
            fields.put(hidden.group(1), hidden.group(2));
          }
          return Optional.of(fields);
        }
      }
      return Optional.empty();
    }
  }
}
