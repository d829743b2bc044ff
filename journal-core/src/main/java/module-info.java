/** The Paxos journal: an embeddable, crash-safe write-ahead journal for consensus nodes. */
module dev.paxosjournal.core {
  requires jdk.unsupported; // O_DIRECT
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.paxosjournal.journal;
  exports dev.paxosjournal.paxos;
}
