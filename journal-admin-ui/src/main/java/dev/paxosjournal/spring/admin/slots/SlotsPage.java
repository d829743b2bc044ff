package dev.paxosjournal.spring.admin.slots;

import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.JournalView;
import dev.paxosjournal.spring.admin.PayloadRenderer;
import dev.paxosjournal.spring.admin.web.Call;
import dev.paxosjournal.spring.admin.web.Format;
import dev.paxosjournal.spring.admin.web.Page;
import dev.paxosjournal.spring.admin.web.Reply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The table of slots; below it, the page of each slot. The URL is the place. */
public final class SlotsPage implements Page {
  private static final int ROWS = 50;
  private static final List<String> FILTERS =
      List.of("state", "before", "round", "least", "most", "text", "hex");

  private final JournalView journal;
  private final SlotView slotView;

  /** Slots of one journal, and values as these beans show them. */
  public SlotsPage(JournalView journal, List<PayloadRenderer> renderers) {
    this.journal = journal;
    this.slotView = new SlotView(journal, renderers);
  }

  @Override
  public Reply get(Call call) {
    if (call.words().size() == 1) {
      return table(call);
    }
    OptionalLong slot = call.numberAt(1);
    return slot.isEmpty() ? Reply.notFound() : slotView.get(call, slot.getAsLong());
  }

  private Reply table(Call call) {
    Optional<String> unreadable = SlotFilter.unreadable(call);
    if (unreadable.isPresent()) {
      return Reply.badRequest("problem.filter", unreadable.get());
    }
    JournalStatus status = journal.status();
    SlotFilter filter = SlotFilter.of(call);
    String at = call.text("at");
    Optional<Place> place = Place.parse(at.isEmpty() && !filter.isEmpty() ? "0" : at, status, ROWS);
    if (place.isEmpty()) {
      return Reply.badRequest("problem.at", at);
    }
    if (filter.readsValues() && !call.visitor().maySeeValues()) {
      return Reply.forbidden("problem.masked");
    }
    long from = Math.max(place.get().from(), call.number("from").orElse(0));
    // What lies below the floor is gone: the table begins where there is something.
    long begin = Math.max(from, status.firstAvailable());
    SlotSearch found = search(place.get(), filter, begin);

    Format format = new Format(call.locale(), Instant.EPOCH);
    Map<String, Object> model = new HashMap<>();
    Map<Long, Check> checks = Check.of(journal, found.rows());
    model.put(
        "rows",
        found.rows().stream()
            .map(row -> SlotRow.of(row, checks.getOrDefault(row.slot(), Check.UNREAD), format))
            .toList());
    model.put("at", at);
    model.put("from", begin);
    model.put("status", status);
    model.put("looked", found.looked());
    model.put("filtered", !filter.isEmpty());
    model.put("only", place.get().only().isPresent());
    model.put("live", call.isSet("live"));
    model.put("compactedAbove", from < status.firstAvailable() && !at.isEmpty());
    for (String name : FILTERS) {
      model.put(name, call.text(name));
    }
    model.put("wantedKind", call.text("state"));
    model.put("next", found.next().isPresent() ? continuation(call, place.get(), found) : "");
    model.put("nextSlot", found.next().orElse(-1));
    boolean mayGoBack =
        filter.isEmpty() && place.get().only().isEmpty() && begin > status.firstAvailable();
    model.put("previous", mayGoBack ? "/slots?at=" + Math.max(0, begin - ROWS) : "");
    model.put("tail", "/slots?at=-" + ROWS + "&live=1");
    model.put("end", "/slots?at=-" + ROWS);
    model.put("begin", "/slots?at=" + status.firstAvailable());
    model.put("self", "/slots?at=" + encoded(at) + (call.isSet("live") ? "&live=1" : ""));
    return new Reply.View("slots", model);
  }

  private SlotSearch search(Place place, SlotFilter filter, long from) {
    if (place.only().isPresent()) {
      return SlotSearch.only(journal, from, place.only().get(), ROWS);
    }
    return filter.isEmpty()
        ? SlotSearch.all(journal, from, ROWS)
        : SlotSearch.filtered(journal, from, filter, ROWS);
  }

  private static String continuation(Call call, Place place, SlotSearch found) {
    StringBuilder link = new StringBuilder("/slots?at=");
    if (place.only().isPresent()) {
      link.append(encoded(call.text("at"))).append("&from=").append(found.next().getAsLong());
    } else {
      link.append(found.next().getAsLong());
    }
    for (String name : FILTERS) {
      if (call.isSet(name)) {
        link.append('&').append(name).append('=').append(encoded(call.text(name)));
      }
    }
    return link.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
