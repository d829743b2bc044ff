package io.microraft.impl.local;

import dev.paxosjournal.paxos.Value;
import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The objects of MicroRaft's tests as bytes. They cannot be serialized themselves; endpoints are
 * found again by their identity, which is all that tells them apart.
 */
final class ModelCodec {
  private static final Map<Object, RaftEndpoint> ENDPOINTS = new ConcurrentHashMap<>();
  private static final Class<?> APPLY_CLASS = SimpleStateMachine.applyValue("").getClass();
  private static final Class<?> NEW_TERM_CLASS =
      new SimpleStateMachine(true).getNewTermOperation().getClass();
  private static final byte APPLY = 1;
  private static final byte NEW_TERM = 2;
  private static final byte MEMBERS = 3;
  private static final byte PLAIN = 4;

  private interface Writing {
    void to(ObjectOutputStream out) throws IOException;
  }

  private interface Reading<T> {
    T from(ObjectInputStream in) throws IOException, ClassNotFoundException;
  }

  private static byte[] encode(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      writing.to(out);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return bytes.toByteArray();
  }

  // Only what this class wrote is read.
  @SuppressWarnings("BanSerializableRead")
  private static <T> T decode(byte[] bytes, Reading<T> reading) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return reading.from(in);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (ClassNotFoundException failure) {
      throw new AssertionError(failure);
    }
  }

  private static Object id(RaftEndpoint endpoint) {
    ENDPOINTS.putIfAbsent(endpoint.getId(), endpoint);
    return endpoint.getId();
  }

  private static void putEndpoints(ObjectOutputStream out, Collection<RaftEndpoint> endpoints)
      throws IOException {
    out.writeInt(endpoints.size());
    for (RaftEndpoint endpoint : endpoints) {
      out.writeObject(id(endpoint));
    }
  }

  private static Collection<RaftEndpoint> getEndpoints(ObjectInputStream in)
      throws IOException, ClassNotFoundException {
    Collection<RaftEndpoint> endpoints = new LinkedHashSet<>();
    for (int i = in.readInt(); i > 0; i--) {
      endpoints.add(ENDPOINTS.get(in.readObject()));
    }
    return endpoints;
  }

  Value encodeVote(RaftEndpoint endpoint) {
    return Value.copyOf(encode(out -> out.writeObject(id(endpoint))));
  }

  RaftEndpoint decodeVote(Value vote) {
    return decode(vote.toByteArray(), in -> ENDPOINTS.get(in.readObject()));
  }

  byte[] encodeEndpoint(RaftEndpointPersistentState state) {
    return encode(
        out -> {
          out.writeObject(id(state.getLocalEndpoint()));
          out.writeBoolean(state.isVoting());
        });
  }

  RaftEndpointPersistentState decodeEndpoint(byte[] bytes) {
    return decode(
        bytes,
        in ->
            new DefaultRaftModelFactory()
                .createRaftEndpointPersistentStateBuilder()
                .setLocalEndpoint(ENDPOINTS.get(in.readObject()))
                .setVoting(in.readBoolean())
                .build());
  }

  byte[] encodeMembers(RaftGroupMembersView members) {
    return encode(out -> putMembers(out, members));
  }

  RaftGroupMembersView decodeMembers(byte[] bytes) {
    return decode(bytes, ModelCodec::getMembers);
  }

  private static void putMembers(ObjectOutputStream out, RaftGroupMembersView members)
      throws IOException {
    out.writeLong(members.getLogIndex());
    putEndpoints(out, members.getMembers());
    putEndpoints(out, members.getVotingMembers());
  }

  private static RaftGroupMembersView getMembers(ObjectInputStream in)
      throws IOException, ClassNotFoundException {
    return new DefaultRaftModelFactory()
        .createRaftGroupMembersViewBuilder()
        .setLogIndex(in.readLong())
        .setMembers(getEndpoints(in))
        .setVotingMembers(getEndpoints(in))
        .build();
  }

  byte[] encodeSnapshot(List<SnapshotChunk> chunks) {
    return encode(
        out -> {
          out.writeInt(chunks.size());
          for (SnapshotChunk chunk : chunks) {
            out.writeLong(chunk.getIndex());
            out.writeInt(chunk.getTerm());
            out.writeInt(chunk.getSnapshotChunkIndex());
            putMembers(out, chunk.getGroupMembersView());
            out.writeObject(chunk.getOperation());
          }
        });
  }

  List<SnapshotChunk> decodeSnapshot(byte[] bytes) {
    return decode(
        bytes,
        in -> {
          int count = in.readInt();
          List<SnapshotChunk> chunks = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            chunks.add(
                new DefaultRaftModelFactory()
                    .createSnapshotChunkBuilder()
                    .setIndex(in.readLong())
                    .setTerm(in.readInt())
                    .setSnapshotChunkIndex(in.readInt())
                    .setSnapshotChunkCount(count)
                    .setGroupMembersView(getMembers(in))
                    .setOperation(in.readObject())
                    .build());
          }
          return chunks;
        });
  }

  byte[] encodeOperation(Object operation) {
    return encode(
        out -> {
          if (operation != null && operation.getClass().equals(APPLY_CLASS)) {
            out.writeByte(APPLY);
            out.writeObject(valueOf(operation));
          } else if (operation != null && operation.getClass().equals(NEW_TERM_CLASS)) {
            out.writeByte(NEW_TERM);
          } else if (operation instanceof UpdateRaftGroupMembersOp change) {
            out.writeByte(MEMBERS);
            putEndpoints(out, change.getMembers());
            putEndpoints(out, change.getVotingMembers());
            out.writeObject(id(change.getEndpoint()));
            out.writeObject(change.getMode());
          } else {
            out.writeByte(PLAIN);
            out.writeObject(operation);
          }
        });
  }

  Object decodeOperation(byte[] bytes) {
    return decode(
        bytes,
        in ->
            switch (in.readByte()) {
              case APPLY -> SimpleStateMachine.applyValue(in.readObject());
              case NEW_TERM -> new SimpleStateMachine(true).getNewTermOperation();
              case MEMBERS ->
                  new DefaultRaftModelFactory()
                      .createUpdateRaftGroupMembersOpBuilder()
                      .setMembers(getEndpoints(in))
                      .setVotingMembers(getEndpoints(in))
                      .setEndpoint(ENDPOINTS.get(in.readObject()))
                      .setMode((MembershipChangeMode) in.readObject())
                      .build();
              default -> in.readObject();
            });
  }

  private static Object valueOf(Object apply) {
    try {
      Field value = APPLY_CLASS.getDeclaredField("val");
      value.setAccessible(true);
      return value.get(apply);
    } catch (ReflectiveOperationException failure) {
      throw new LinkageError("MicroRaft's tests have other classes than expected", failure);
    }
  }
}
