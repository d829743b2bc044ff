/**
 * Who may look and who may act: decided at request time, in filters before and behind the
 * application's own.
 */
@NullMarked
package dev.paxosjournal.spring.admin.security;

import org.jspecify.annotations.NullMarked;
