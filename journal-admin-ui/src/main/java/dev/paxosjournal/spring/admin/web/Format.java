package dev.paxosjournal.spring.admin.web;

import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Numbers, sizes and times as a person reads them; the units are the same in every language. */
public final class Format {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final long KIBI = 1024;

  private final Locale locale;
  private final Instant now;

  /** For one answer: its language, and the time by which ages count. */
  public Format(Locale locale, Instant now) {
    this.locale = locale;
    this.now = now;
  }

  /** A count: {@code 1,234,567}. */
  public String count(long number) {
    return NumberFormat.getIntegerInstance(locale).format(number);
  }

  /** A rate: {@code 12.3}, {@code 1,234}. */
  public String decimal(double number) {
    NumberFormat format = NumberFormat.getNumberInstance(locale);
    format.setMaximumFractionDigits(number < 100 ? 1 : 0);
    return format.format(number);
  }

  /** A number of bytes: {@code 1.5 MiB}. */
  public String bytes(double bytes) {
    double shown = bytes;
    int unit = 0;
    while (shown >= KIBI && unit < BYTE_UNITS.length - 1) {
      shown /= KIBI;
      unit++;
    }
    return (unit == 0 ? count((long) shown) : decimal(shown)) + "\u00a0" + BYTE_UNITS[unit];
  }

  /** A point in time, in UTC, to the second. */
  public String time(Instant instant) {
    return TIME.format(instant) + "\u00a0UTC";
  }

  /** The same for machines. */
  public String iso(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** The same for links. */
  public long millis(Instant instant) {
    return instant.toEpochMilli();
  }

  /** How long ago something was: {@code 5 min}. */
  public String age(Instant instant) {
    return duration(Duration.between(instant, now));
  }

  /**
   * A length of time, roughly: {@code 850 µs}, {@code 3.2 s}, {@code 2 h 5 min}, {@code 4 d 1 h}.
   */
  public String duration(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 60) {
      return nanos((double) Math.max(0, duration.toNanos()));
    }
    if (seconds < 3600) {
      return two(seconds / 60, "min", seconds % 60, "s");
    }
    if (seconds < 86_400) {
      return two(seconds / 3600, "h", seconds % 3600 / 60, "min");
    }
    return two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
  }

  /** A short length of time. */
  public String nanos(double nanos) {
    if (nanos < 1e3) {
      return decimal(nanos) + "\u00a0ns";
    }
    if (nanos < 1e6) {
      return decimal(nanos / 1e3) + "\u00a0µs";
    }
    return nanos < 1e9 ? decimal(nanos / 1e6) + "\u00a0ms" : decimal(nanos / 1e9) + "\u00a0s";
  }

  /** A checksum in hexadecimal. */
  public String checksum(int checksum) {
    return String.format(Locale.ROOT, "%08x", checksum);
  }

  private static String two(long large, String largeUnit, long small, String smallUnit) {
    String first = large + "\u00a0" + largeUnit;
    return small == 0 ? first : first + "\u00a0" + small + "\u00a0" + smallUnit;
  }
}
