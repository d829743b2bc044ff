package dev.paxosjournal.spring.admin.web;

import java.util.List;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.context.support.ResourceBundleMessageSource;

/** The console's texts in every language it speaks: a message source of its own, not a bean. */
public final class Texts {

  /** Where the texts lie on the class path. */
  public static final String BUNDLE = "dev.paxosjournal.spring.admin.messages";

  /** The languages there are texts in; the first is for everybody else. */
  public static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.GERMAN);

  private final MessageSource source;

  /** The texts of this module. */
  public Texts() {
    ResourceBundleMessageSource bundles = new ResourceBundleMessageSource();
    bundles.setBasename(BUNDLE);
    bundles.setDefaultEncoding("UTF-8");
    bundles.setFallbackToSystemLocale(false);
    bundles.setBundleClassLoader(Texts.class.getClassLoader());
    this.source = bundles;
  }

  /** Other texts under the same keys. */
  public Texts(MessageSource source) {
    this.source = source;
  }

  MessageSource source() {
    return source;
  }

  /** One text. */
  public String text(Locale locale, String key, Object... details) {
    return source.getMessage(key, details, locale);
  }

  /** The first language of a list that the console speaks. */
  static Locale choose(List<Locale> wanted) {
    for (Locale locale : wanted) {
      for (Locale spoken : LANGUAGES) {
        if (spoken.getLanguage().equals(locale.getLanguage())) {
          return spoken;
        }
      }
    }
    return LANGUAGES.get(0);
  }
}
