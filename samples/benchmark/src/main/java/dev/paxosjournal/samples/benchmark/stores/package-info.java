/**
 * The contestants: the journal, the raw limit of the disk, and other stores as a user would
 * configure them for durability. Each stores numbered values.
 */
@NullMarked
package dev.paxosjournal.samples.benchmark.stores;

import org.jspecify.annotations.NullMarked;
