package dev.paxosjournal.samples.quickstart.replay;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads one line of a recording. Fields may come in any order and unknown ones are ignored; what is
 * missing or does not fit its type is refused with an {@link IllegalArgumentException}.
 */
final class LineParser {
  private static final String COMMAND = "command";
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private LineParser() {}

  static RecordedCall parse(String line) {
    JsonNode call;
    try {
      call = MAPPER.readTree(line);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not a JSON object: " + e.getOriginalMessage(), e);
    }
    if (!call.isObject()) {
      throw new IllegalArgumentException("not a JSON object");
    }
    JsonNode op = member(call, "op");
    return switch (op.isString() ? op.stringValue() : "") {
      case "open" -> new RecordedCall.Open((short) number(call, "node", Short.SIZE));
      case "progress" ->
          new RecordedCall.Progress(
              ballot(member(call, "promised")), number(call, "fixed", Long.SIZE));
      case "accept" ->
          new RecordedCall.Write(
              slot(call), ballot(member(call, "ballot")), Value.utf8(rawMember(line, COMMAND)));
      case "read" -> new RecordedCall.Read(slot(call), found(member(call, "found")));
      case "sync" -> new RecordedCall.Sync();
      default -> throw new IllegalArgumentException("unknown op " + op);
    };
  }

  private static Optional<Ballot> found(JsonNode ballot) {
    return ballot.isNull() ? Optional.empty() : Optional.of(ballot(ballot));
  }

  /**
   * An engine's ballot has three parts: a 16 bit era, a 32 bit counter and a 16 bit node, compared
   * in this order. Era and counter together become the round, which keeps the order.
   */
  private static Ballot ballot(JsonNode ballot) {
    long era = number(ballot, "era", Short.SIZE);
    long counter = number(ballot, "counter", Integer.SIZE);
    int node = (int) number(ballot, "node", Short.SIZE);
    return new Ballot((era << 32) + counter + (1L << 31), node);
  }

  private static long slot(JsonNode call) {
    long slot = number(call, "slot", Long.SIZE);
    if (slot < 0) {
      throw new IllegalArgumentException("\"slot\" is negative: " + slot);
    }
    return slot;
  }

  private static long number(JsonNode object, String field, int bits) {
    JsonNode number = member(object, field);
    if (number.isIntegralNumber() && number.canConvertToLong()) {
      long value = number.longValue();
      // Shifting out all but the sign leaves equal halves only if the number fits.
      if (value >> (bits - 1) == value >> 63) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "\"" + field + "\" is no signed " + bits + " bit number: " + number);
  }

  private static JsonNode member(JsonNode object, String field) {
    JsonNode member = object.get(field);
    if (member == null) {
      throw new IllegalArgumentException("\"" + field + "\" is missing");
    }
    return member;
  }

  /** The text of a top-level member's value exactly as it stands in a line of valid JSON. */
  private static String rawMember(String line, String field) {
    try (JsonParser parser = MAPPER.createParser(line)) {
      parser.nextToken();
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        JsonToken value = parser.nextToken();
        int first = offset(parser.currentTokenLocation().getCharOffset());
        if (value.isStructStart()) {
          parser.skipChildren();
        } else {
          parser.finishToken();
        }
        if (name.equals(field)) {
          return line.substring(first, offset(parser.currentLocation().getCharOffset()));
        }
      }
    }
    throw new IllegalArgumentException("\"" + field + "\" is missing");
  }

  private static int offset(long charOffset) {
    return Math.toIntExact(charOffset);
  }
}
