package dev.paxosjournal.journal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import dev.paxosjournal.wal.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reports of the last openings, one file each (FORMAT.md, section 2). For people only: they are
 * not forced, a file that cannot be read is passed over, and one that cannot be written is missing.
 */
final class RecoveryReports {
  private static final Logger log = LoggerFactory.getLogger(RecoveryReports.class);

  /** So many are kept. */
  static final int KEPT = 20;

  /** What a report says of its opening until that is done. */
  static final String UNFINISHED = "this opening was refused or cut short before it was done";

  private static final Pattern NAME = Pattern.compile("recovery-(\\d{10,18})-(\\d{1,18})\\.json");
  private static final int MOST_BYTES = 4 << 20;
  private static final int MOST_SEGMENTS = 1_000;
  private static final int MOST_SENTENCES = 1_000;

  private RecoveryReports() {}

  /** One file, by the running number in its name: the clock may have jumped. */
  private record Named(String name, long number) {}

  /** The highest open counter that the name of a report among these tells; 0 for none. */
  static long highestOpenCounter(List<String> fileNames) {
    return fileNames.stream()
        .map(NAME::matcher)
        .filter(Matcher::matches)
        .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
        .max()
        .orElse(0);
  }

  /** Whether a file's name is that of a report. */
  static boolean isReport(String fileName) {
    return NAME.matcher(fileName).matches();
  }

  /**
   * Writes what an opening found before it does anything else. If the opening before was refused or
   * cut short and found no more than this one, its report goes: a directory that cannot be opened,
   * however often it is tried, keeps the reports of those that could.
   */
  static Optional<String> writeEarly(Disk disk, RecoveryReport found, Quarantine quarantine) {
    Optional<String> repeated = repeated(disk, found);
    Optional<String> written = write(disk, unfinished(found), quarantine, repeated);
    if (written.isPresent()) {
      repeated.ifPresent(name -> deleteQuietly(disk, name));
    }
    return written;
  }

  /** The newest report, if that is of an opening that was not finished and found the same. */
  private static Optional<String> repeated(Disk disk, RecoveryReport found) {
    try {
      List<Named> known = newestFirst(disk);
      List<RecoveryReport> last = new ArrayList<>();
      if (!known.isEmpty()) {
        read(disk, known.get(0).name(), last);
      }
      return last.stream()
          .filter(report -> report.findings().contains(UNFINISHED))
          .filter(report -> places(found).containsAll(places(report)))
          .findFirst()
          .map(report -> known.get(0).name());
    } catch (IOException failure) {
      log.debug("the last report cannot be looked at", failure);
      return Optional.empty();
    }
  }

  private static List<String> places(RecoveryReport report) {
    return report.setAside().stream()
        .map(piece -> piece.file() + " " + piece.offset() + " " + piece.lengthBytes())
        .toList();
  }

  private static RecoveryReport unfinished(RecoveryReport found) {
    // The first one: of very many only so many are written.
    List<String> findings = new ArrayList<>(List.of(UNFINISHED));
    findings.addAll(found.findings());
    return new RecoveryReport(
        found.opened(),
        found.openCounter(),
        found.journalId(),
        found.scannedFrom(),
        found.scannedTo(),
        found.fromCheckpoint(),
        found.groups(),
        found.tornBytes(),
        found.rewrittenGroup(),
        found.positionsRebuilt(),
        found.damagedSlots(),
        found.nanos(),
        found.segments(),
        found.setAside(),
        findings);
  }

  /**
   * Writes a report and removes the oldest; if that fails, it is only said. One that names what was
   * set aside is forced: a later opening does not see it any more.
   *
   * @return the name of its file, if it could be written
   */
  static Optional<String> write(Disk disk, RecoveryReport report, Quarantine quarantine) {
    return write(disk, report, quarantine, Optional.empty());
  }

  /** The same beside one that goes as soon as this one is written. */
  static Optional<String> write(
      Disk disk, RecoveryReport report, Quarantine quarantine, Optional<String> replaced) {
    String unfinished = null;
    try {
      List<Named> all = newestFirst(disk);
      List<Named> known =
          all.stream().filter(each -> !replaced.equals(Optional.of(each.name()))).toList();
      for (Named old : known.subList(Math.min(known.size(), KEPT - 1), known.size())) {
        List<RecoveryReport> forgotten = new ArrayList<>();
        read(disk, old.name(), forgotten);
        forgotten.forEach(each -> quarantine.beforeForgetting(each.setAside()));
        disk.delete(old.name());
      }
      long number = all.isEmpty() ? 1 : all.get(0).number() + 1;
      String name =
          "recovery-"
              + SegmentHeader.padded(report.openCounter(), 10)
              + "-"
              + SegmentHeader.padded(number, 10)
              + ".json";
      // Under its own name at once: a report cut short by a crash is passed over by its readers.
      unfinished = name;
      try (DiskFile file = disk.open(name, Disk.Access.CREATE)) {
        String json = Json.write(encode(report));
        file.write(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)), 0);
        if (!report.setAside().isEmpty()) {
          file.force();
        }
      }
      if (!report.setAside().isEmpty()) {
        disk.forceDirectory();
      }
      return Optional.of(name);
    } catch (IOException failure) {
      log.warn("the report of this recovery could not be kept", failure);
      deleteQuietly(disk, unfinished);
      return Optional.empty();
    }
  }

  /** Removes one that another one replaces. */
  static void deleteQuietly(Disk disk, @Nullable String unfinished) {
    try {
      if (unfinished != null) {
        disk.delete(unfinished);
      }
    } catch (IOException failure) {
      log.debug("{} is passed over by its readers", unfinished, failure);
    }
  }

  /** The reports that can be read, newest first. */
  static List<RecoveryReport> read(Disk disk) {
    try {
      return read(disk, names(disk));
    } catch (IOException failure) {
      log.warn("the reports of recoveries cannot be listed", failure);
      return List.of();
    }
  }

  /** The same of a life, with its own report first, even if that could not be written. */
  static List<RecoveryReport> read(Life life) {
    List<RecoveryReport> reports = new ArrayList<>(List.of(life.recovery));
    try {
      read(life.disk, life.reportNames()).stream()
          .filter(each -> !each.equals(life.recovery))
          .forEach(reports::add);
    } catch (IOException failure) {
      log.warn("the reports of recoveries cannot be listed", failure);
    }
    return List.copyOf(reports.subList(0, Math.min(KEPT, reports.size())));
  }

  private static List<RecoveryReport> read(Disk disk, List<String> newestFirst) {
    List<RecoveryReport> reports = new ArrayList<>();
    for (String name : newestFirst) {
      if (reports.size() < KEPT) {
        read(disk, name, reports);
      }
    }
    return reports;
  }

  /** The files of the reports, newest first; looks at the names of all files. */
  static List<String> names(Disk disk) throws IOException {
    return newestFirst(disk).stream().map(Named::name).toList();
  }

  private static List<Named> newestFirst(Disk disk) throws IOException {
    List<Named> found = new ArrayList<>();
    for (String name : disk.list(RecoveryReports::isReport)) {
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches()) {
        found.add(new Named(name, Long.parseLong(matcher.group(2))));
      }
    }
    found.sort(Comparator.comparingLong(Named::number).reversed());
    return found;
  }

  private static void read(Disk disk, String name, List<RecoveryReport> reports) {
    try (DiskFile file = disk.open(name, Disk.Access.READ)) {
      long bytes = file.size();
      if (bytes > MOST_BYTES) {
        return;
      }
      ByteBuffer content = ByteBuffer.allocate((int) bytes);
      file.read(content, 0);
      reports.add(decode(Json.parse(StandardCharsets.UTF_8.decode(content.flip()).toString())));
    } catch (IOException
        | IllegalArgumentException
        | ClassCastException
        | DateTimeException unreadable) {
      log.debug("passed over {}", name, unreadable);
    }
  }

  private static Map<String, Object> encode(RecoveryReport report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("opened", report.opened());
    json.put("openCounter", report.openCounter());
    json.put("journalId", report.journalId());
    json.put("scannedFrom", report.scannedFrom());
    json.put("scannedTo", report.scannedTo());
    json.put("fromCheckpoint", report.fromCheckpoint());
    json.put("groups", report.groups());
    json.put("tornBytes", report.tornBytes());
    json.put("rewrittenGroup", report.rewrittenGroup());
    json.put("positionsRebuilt", report.positionsRebuilt());
    json.put("damagedSlots", report.damagedSlots());
    json.put("nanos", report.nanos());
    json.put("segments", encodeSegments(report.segments()));
    json.put("setAside", encodeSetAside(report.setAside()));
    json.put("findings", atMost(report.findings()));
    return json;
  }

  private static List<Map<String, Object>> encodeSegments(
      List<RecoveryReport.SegmentReport> segments) {
    List<Map<String, Object>> encoded = new ArrayList<>();
    for (RecoveryReport.SegmentReport segment :
        segments.subList(Math.max(0, segments.size() - MOST_SEGMENTS), segments.size())) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("file", segment.file());
      json.put("sequence", segment.sequence());
      json.put("scannedFrom", segment.scannedFrom());
      json.put("scannedTo", segment.scannedTo());
      json.put("groups", segment.groups());
      json.put("keptBytes", segment.keptBytes());
      json.put("setAsideBytes", segment.setAsideBytes());
      json.put("rewrittenBytes", segment.rewrittenBytes());
      json.put("damagedBytes", segment.damagedBytes());
      json.put("why", atMost(segment.why()));
      encoded.add(json);
    }
    return encoded;
  }

  private static List<Map<String, Object>> encodeSetAside(List<SetAside> pieces) {
    List<Map<String, Object>> encoded = new ArrayList<>();
    for (SetAside piece : pieces) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("file", piece.file());
      json.put("offset", piece.offset());
      json.put("bytes", piece.lengthBytes());
      json.put("why", piece.why());
      encoded.add(json);
    }
    return encoded;
  }

  private static List<String> atMost(List<String> sentences) {
    if (sentences.size() <= MOST_SENTENCES) {
      return sentences;
    }
    List<String> first = new ArrayList<>(sentences.subList(0, MOST_SENTENCES));
    first.add("and " + (sentences.size() - MOST_SENTENCES) + " more");
    return first;
  }

  private static RecoveryReport decode(Map<?, ?> json) {
    List<RecoveryReport.SegmentReport> segments = new ArrayList<>();
    for (Object each : listOf(json, "segments")) {
      Map<?, ?> segment = (Map<?, ?>) each;
      segments.add(
          new RecoveryReport.SegmentReport(
              text(segment, "file"),
              number(segment, "sequence"),
              number(segment, "scannedFrom"),
              number(segment, "scannedTo"),
              number(segment, "groups"),
              number(segment, "keptBytes"),
              number(segment, "setAsideBytes"),
              number(segment, "rewrittenBytes"),
              number(segment, "damagedBytes"),
              sentences(segment, "why")));
    }
    Instant opened = Instant.parse(text(json, "opened"));
    List<SetAside> setAside = new ArrayList<>();
    for (Object each : listOf(json, "setAside")) {
      Map<?, ?> piece = (Map<?, ?>) each;
      setAside.add(
          new SetAside(
              text(piece, "file"),
              number(piece, "offset"),
              number(piece, "bytes"),
              text(piece, "why"),
              opened));
    }
    return new RecoveryReport(
        opened,
        number(json, "openCounter"),
        UUID.fromString(text(json, "journalId")),
        number(json, "scannedFrom"),
        number(json, "scannedTo"),
        truth(json, "fromCheckpoint"),
        number(json, "groups"),
        number(json, "tornBytes"),
        truth(json, "rewrittenGroup"),
        truth(json, "positionsRebuilt"),
        number(json, "damagedSlots"),
        number(json, "nanos"),
        segments,
        setAside,
        sentences(json, "findings"));
  }

  private static List<?> listOf(Map<?, ?> json, String key) {
    Object value = json.get(key);
    return value == null ? List.of() : (List<?>) value;
  }

  private static List<String> sentences(Map<?, ?> json, String key) {
    return listOf(json, key).stream().map(String.class::cast).toList();
  }

  private static String text(Map<?, ?> json, String key) {
    Object value = json.get(key);
    return value == null ? "" : (String) value;
  }

  private static long number(Map<?, ?> json, String key) {
    Object value = json.get(key);
    return value == null ? 0 : (Long) value;
  }

  private static boolean truth(Map<?, ?> json, String key) {
    Object value = json.get(key);
    return value != null && (Boolean) value;
  }
}
