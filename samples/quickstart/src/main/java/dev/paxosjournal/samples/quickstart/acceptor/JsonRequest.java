package dev.paxosjournal.samples.quickstart.acceptor;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.databind.JsonNode;

/**
 * One request. Each method throws an {@link IllegalArgumentException} that names the field and what
 * is wrong with it. Fields that nobody asks for are ignored, so a line of a retransmission can be
 * sent on as a learned value.
 */
record JsonRequest(JsonNode object) {

  /** The fields {@code round} and {@code node}. */
  Ballot ballot() {
    JsonNode round = wholeNumber("round");
    if (!round.canConvertToLong()) {
      throw wrong("round", "be a signed 64 bit number", round);
    }
    JsonNode node = wholeNumber("node");
    if (!node.canConvertToInt()) {
      throw wrong("node", "be a signed 32 bit number", node);
    }
    return new Ballot(round.longValue(), node.intValue());
  }

  /** A field that holds a slot. */
  long slot(String field) {
    JsonNode slot = wholeNumber(field);
    if (!slot.canConvertToLong() || slot.longValue() < 0) {
      throw wrong(field, "be a slot, 0 to " + Long.MAX_VALUE, slot);
    }
    return slot.longValue();
  }

  /** The fields {@code slot}, {@code round}, {@code node} and one of the two kinds of value. */
  Accept accept() {
    return new Accept(slot("slot"), ballot(), value());
  }

  private Value value() {
    JsonNode text = object.get("value");
    JsonNode base64 = object.get("valueBase64");
    if ((text == null) == (base64 == null)) {
      throw new IllegalArgumentException(
          text == null
              ? "the value is missing; write \"value\" (text) or \"valueBase64\""
              : "write \"value\" or \"valueBase64\", not both");
    }
    return text != null ? utf8(string("value", text)) : decoded(string("valueBase64", base64));
  }

  private static Value utf8(String text) {
    try {
      // String.getBytes would put a question mark in place of half a character.
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      return Value.copyOf(bytes);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "\"value\" holds half a character (an unpaired surrogate); write \"valueBase64\"", e);
    }
  }

  private static Value decoded(String base64) {
    try {
      return Value.copyOf(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"valueBase64\" is not base64: " + e.getMessage(), e);
    }
  }

  private static String string(String field, JsonNode value) {
    if (!value.isString()) {
      throw wrong(field, "be a string", value);
    }
    return value.stringValue();
  }

  private JsonNode wholeNumber(String field) {
    JsonNode number = object.get(field);
    if (number == null) {
      throw new IllegalArgumentException("\"" + field + "\" is missing");
    }
    if (!number.isIntegralNumber()) {
      throw wrong(field, "be a whole number, written without point and exponent", number);
    }
    return number;
  }

  private static IllegalArgumentException wrong(String field, String must, JsonNode found) {
    String text = found.isNumber() ? found.toString() : found.getNodeType().toString();
    return new IllegalArgumentException("\"" + field + "\" must " + must + ", not " + text);
  }
}
