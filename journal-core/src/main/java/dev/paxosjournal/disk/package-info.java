/**
 * The only door to the file system: a directory, its files, its lock. Knows nothing of logs; only
 * {@link dev.paxosjournal.disk.NioDisk} and its parts open a {@code FileChannel}.
 */
@NullMarked
package dev.paxosjournal.disk;

import org.jspecify.annotations.NullMarked;
