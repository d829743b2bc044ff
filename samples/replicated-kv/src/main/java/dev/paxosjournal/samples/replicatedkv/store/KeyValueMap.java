package dev.paxosjournal.samples.replicatedkv.store;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jgroups.raft.StateMachine;

/** The map that each node builds from the committed entries. */
public final class KeyValueMap implements StateMachine {
  private final TreeMap<String, String> values = new TreeMap<>();

  /** An empty map. */
  public KeyValueMap() {}

  @Override
  public synchronized byte[] apply(byte[] data, int offset, int length, boolean serializeResponse) {
    Command command = Command.decode(data, offset, length);
    Optional<String> before = Optional.ofNullable(values.get(command.key()));
    switch (command.kind()) {
      case PUT -> values.put(command.key(), command.value());
      case DELETE -> values.remove(command.key());
      case GET -> {}
    }
    return serializeResponse ? Command.encodeAnswer(before) : new byte[0];
  }

  /** What this node knows of a key; may lag behind the leader. */
  public synchronized Optional<String> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** How many keys there are. */
  public synchronized int size() {
    return values.size();
  }

  @Override
  public synchronized void readContentFrom(DataInput in) throws IOException {
    values.clear();
    for (int i = in.readInt(); i > 0; i--) {
      values.put(in.readUTF(), in.readUTF());
    }
  }

  @Override
  public synchronized void writeContentTo(DataOutput out) throws IOException {
    out.writeInt(values.size());
    for (Map.Entry<String, String> entry : values.entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeUTF(entry.getValue());
    }
  }
}
