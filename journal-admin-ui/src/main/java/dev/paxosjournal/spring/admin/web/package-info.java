/**
 * What all pages share: routing, templates, messages, links and formats. A servlet of its own, so
 * that nothing leaks into the application's MVC.
 */
@NullMarked
package dev.paxosjournal.spring.admin.web;

import org.jspecify.annotations.NullMarked;
