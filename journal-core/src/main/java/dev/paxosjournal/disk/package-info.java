/**
 * The only door to the file system: a directory, its files, its lock. Knows nothing of logs; the
 * one class that touches {@code java.nio.channels} is {@link dev.paxosjournal.disk.NioDisk}.
 */
@NullMarked
package dev.paxosjournal.disk;

import org.jspecify.annotations.NullMarked;
