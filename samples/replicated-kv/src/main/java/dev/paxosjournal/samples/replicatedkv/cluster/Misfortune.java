package dev.paxosjournal.samples.replicatedkv.cluster;

/** What {@link Chaos} does to the nodes. */
public enum Misfortune {
  /** The node that leads is killed and started again. */
  LEADER_KILLED("kill -9 of the leader"),

  /** Any node is killed and started again. */
  NODE_KILLED("kill -9 of any node"),

  /** Any node is killed, and its disk damaged before it starts again. */
  DISK_DAMAGED("kill -9, and a disk damaged"),

  /** All nodes are killed at once and started again. */
  ALL_KILLED("kill -9 of all nodes at once"),

  /** A node is stopped for some seconds and continued. */
  NODE_STOPPED("nodes stopped and continued");

  private final String row;

  Misfortune(String row) {
    this.row = row;
  }

  /** Its name in the table of a run. */
  String row() {
    return row;
  }
}
