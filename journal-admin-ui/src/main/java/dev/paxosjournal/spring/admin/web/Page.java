package dev.paxosjournal.spring.admin.web;

/** Answers for one first word of the path, and everything below it. */
public interface Page {

  /** Answers a GET; changes nothing. */
  Reply get(Call call);

  /** Answers a POST: an action, which the visitor may do. */
  default Reply post(Call call) {
    return Reply.notAllowed();
  }
}
