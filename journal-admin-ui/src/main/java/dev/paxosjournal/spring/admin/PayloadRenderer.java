package dev.paxosjournal.spring.admin;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.util.Optional;

/**
 * Shows the values of an application in its own terms. Beans of this type are offered on the page
 * of a slot beside text, JSON, hex and CBOR; the first that knows a value is shown first.
 *
 * <p>The answer is plain text: the console escapes it and cuts it off when it is long. What is
 * thrown is shown as "cannot be shown so".
 */
public interface PayloadRenderer {

  /** A short name for the switch and the URL: lower-case letters, digits and dashes. */
  String name();

  /**
   * A value as text.
   *
   * @return empty if the value is not of the kind that this renderer knows
   */
  Optional<String> render(long slot, Ballot ballot, Value value);
}
