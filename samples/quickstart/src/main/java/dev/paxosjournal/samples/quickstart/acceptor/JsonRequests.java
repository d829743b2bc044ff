package dev.paxosjournal.samples.quickstart.acceptor;

import dev.paxosjournal.spring.autoconfigure.JournalProperties;
import java.io.InputStream;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads request bodies: one JSON object, nothing behind it, no name twice, and not more than a
 * value of the largest size needs. Reading stops at the limit, however much is sent.
 */
@Component
final class JsonRequests {
  private static final int OTHER_BYTES = 64 << 10;
  private static final int MAX_TOKENS = 1000;
  // A byte of text can be written as six of JSON: \u0000.
  private static final int JSON_BYTES_PER_TEXT_BYTE = 6;

  private final long maxValueBytes;
  private final JsonMapper mapper;

  JsonRequests(JournalProperties properties) {
    maxValueBytes = properties.maxValueSize().toBytes();
    long base64Chars = (maxValueBytes + 2) / 3 * 4;
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxStringLength((int) base64Chars)
            .maxDocumentLength(maxValueBytes * JSON_BYTES_PER_TEXT_BYTE + OTHER_BYTES)
            .maxTokenCount(MAX_TOKENS)
            .build();
    mapper =
        JsonMapper.builder(JsonFactory.builder().streamReadConstraints(limits).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
  }

  /**
   * Reads a body.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  JsonRequest read(InputStream body) {
    JsonNode read;
    try {
      read = mapper.readTree(body);
    } catch (JacksonIOException e) {
      throw new IllegalArgumentException("the body cannot be read: " + e.getOriginalMessage(), e);
    } catch (StreamConstraintsException e) {
      throw new IllegalArgumentException(
          "the body is larger, or nested more deeply, than any call needs; a value may have at most "
              + maxValueBytes
              + " bytes (paxos.journal.max-value-size)",
          e);
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      String where =
          at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
      throw new IllegalArgumentException(
          "the body is malformed JSON: " + e.getOriginalMessage() + where, e);
    }
    if (read.isMissingNode()) {
      throw new IllegalArgumentException("the body is empty; it must be a JSON object");
    }
    if (!read.isObject()) {
      throw new IllegalArgumentException(
          "the body must be a JSON object, not " + read.getNodeType());
    }
    return new JsonRequest(read);
  }
}
