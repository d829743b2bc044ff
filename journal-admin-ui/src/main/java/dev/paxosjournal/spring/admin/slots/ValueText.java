package dev.paxosjournal.spring.admin.slots;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.spring.admin.PayloadRenderer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value as text, in one of the forms it can be shown in.
 *
 * @param forms all forms to choose from
 * @param form the one shown
 * @param detected the one that fits best
 * @param fits whether the value is of the form shown; if not, {@code text} is empty
 * @param text the value, with everything invisible made visible
 * @param shownBytes how many bytes of the value were looked at
 * @param cut whether there is more than is shown
 */
public record ValueText(
    List<String> forms,
    String form,
    String detected,
    boolean fits,
    String text,
    int shownBytes,
    boolean cut) {
  private static final Logger log = LoggerFactory.getLogger(ValueText.class);

  /** How many bytes of a value are shown at most; hex takes four characters for each. */
  static final int MOST_BYTES = 64 << 10;

  private static final int MOST_HEX_BYTES = 16 << 10;
  private static final int MOST_CHARS = 256 << 10;
  private static final String TEXT = "text";
  private static final String JSON = "json";
  private static final String HEX = "hex";
  private static final String CBOR = "cbor";
  private static final List<String> OWN = List.of(TEXT, JSON, HEX, CBOR);

  static ValueText of(
      long slot, Ballot ballot, Value value, String wanted, List<PayloadRenderer> renderers) {
    List<String> forms = new ArrayList<>();
    renderers.forEach(renderer -> forms.add(renderer.name()));
    forms.addAll(OWN);
    byte[] head = head(value, MOST_BYTES);
    String detected = detect(slot, ballot, value, head, renderers);
    String form = forms.contains(wanted) ? wanted : detected;
    boolean whole = head.length == value.length();
    Optional<String> shown =
        switch (form) {
          case TEXT -> Optional.of(PlainText.visible(head));
          case JSON -> JsonText.pretty(head, whole);
          case HEX -> Optional.of(HexText.dump(head(value, MOST_HEX_BYTES)));
          case CBOR -> CborText.diagnose(head, whole);
          default -> own(slot, ballot, value, form, renderers);
        };
    int shownBytes = form.equals(HEX) ? Math.min(value.length(), MOST_HEX_BYTES) : head.length;
    String text = shown.orElse("");
    boolean isLong = text.length() > MOST_CHARS;
    return new ValueText(
        List.copyOf(forms),
        form,
        detected,
        shown.isPresent(),
        isLong ? text.substring(0, MOST_CHARS) : text,
        shownBytes,
        isLong || (OWN.contains(form) && shownBytes < value.length()));
  }

  private static String detect(
      long slot, Ballot ballot, Value value, byte[] head, List<PayloadRenderer> renderers) {
    for (PayloadRenderer renderer : renderers) {
      if (own(slot, ballot, value, renderer.name(), renderers).isPresent()) {
        return renderer.name();
      }
    }
    boolean whole = head.length == value.length();
    if (JsonText.looksLikeJson(head) && JsonText.pretty(head, whole).isPresent()) {
      return JSON;
    }
    if (PlainText.isText(head, whole)) {
      return TEXT;
    }
    return CborText.looksLikeCbor(head) && CborText.diagnose(head, whole).isPresent() ? CBOR : HEX;
  }

  private static Optional<String> own(
      long slot, Ballot ballot, Value value, String name, List<PayloadRenderer> renderers) {
    for (PayloadRenderer renderer : renderers) {
      if (renderer.name().equals(name)) {
        try {
          return renderer.render(slot, ballot, value).map(PlainText::visible);
        } catch (RuntimeException failure) {
          log.warn("renderer {} failed: slot={}", name, slot, failure);
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  private static byte[] head(Value value, int most) {
    byte[] head = new byte[Math.min(value.length(), most)];
    value.asReadOnlyBuffer().get(head);
    return head;
  }
}
