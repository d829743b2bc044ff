/**
 * From slot to pointer into the log: the pending slots in memory, the committed ones in positions
 * files, and the checkpoint from which an opening may start. Everything here is derived from the
 * log and can be made again from it.
 */
@NullMarked
package dev.paxosjournal.slots;

import org.jspecify.annotations.NullMarked;
