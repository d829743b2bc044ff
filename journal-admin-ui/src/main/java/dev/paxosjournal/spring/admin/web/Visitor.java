package dev.paxosjournal.spring.admin.web;

/**
 * Who asks for a page, and what they may do.
 *
 * @param name as the application knows them; empty if it does not
 * @param address of the other end of the connection
 * @param mayAct whether they may start and cancel operations
 * @param maySeeValues whether they may see what values hold
 */
public record Visitor(String name, String address, boolean mayAct, boolean maySeeValues) {}
