package dev.paxosjournal.spring.admin.web;

import dev.paxosjournal.spring.admin.security.CsrfField;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * One request to the console, without HTTP.
 *
 * @param words the path below the console's own, split at slashes
 * @param parameters the first value of each
 * @param visitor who asks
 * @param locale the language of the answer
 * @param base path of the console as the browser sees it, without a slash at its end
 * @param csrf the application's own hidden field for forms
 */
public record Call(
    List<String> words,
    Map<String, String> parameters,
    Visitor visitor,
    Locale locale,
    String base,
    Optional<CsrfField> csrf) {

  private static final int MAX_PARAMETER_CHARS = 1000;

  static Call of(HttpServletRequest request, List<String> words, Visitor visitor, Locale locale) {
    Map<String, String> parameters = new TreeMap<>();
    request.getParameterMap().forEach((name, values) -> parameters.put(name, values[0]));
    return new Call(
        words,
        Map.copyOf(parameters),
        visitor,
        locale,
        request.getContextPath() + request.getServletPath(),
        CsrfField.of(request));
  }

  /** A parameter without blanks around it; empty if it is absent or blank. */
  public String text(String name) {
    String value = parameters.getOrDefault(name, "").strip();
    return value.length() > MAX_PARAMETER_CHARS ? value.substring(0, MAX_PARAMETER_CHARS) : value;
  }

  /** Whether a box is ticked. */
  public boolean isSet(String name) {
    return !text(name).isEmpty();
  }

  /** A parameter that is a whole number; empty if it is absent or is none. */
  public OptionalLong number(String name) {
    return parse(text(name));
  }

  /** One word of the path as a number from 0 upwards; empty if there is none. */
  public OptionalLong numberAt(int index) {
    OptionalLong number = index < words.size() ? parse(words.get(index)) : OptionalLong.empty();
    return number.isPresent() && number.getAsLong() < 0 ? OptionalLong.empty() : number;
  }

  private static OptionalLong parse(String text) {
    if (!text.matches("-?[0-9]{1,19}")) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException tooLarge) {
      return OptionalLong.empty();
    }
  }
}
