package dev.paxosjournal.spring.admin.web;

import java.io.Writer;
import java.util.Locale;
import java.util.Map;
import org.thymeleaf.context.Context;
import org.thymeleaf.context.IExpressionContext;
import org.thymeleaf.linkbuilder.StandardLinkBuilder;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/** The console's own template engine: not a bean, so that the application's views never see it. */
final class Templates {
  static final String FOLDER = "dev/paxosjournal/spring/admin/templates/";

  /** Model attribute that every link begins with. */
  static final String BASE = "base";

  private final SpringTemplateEngine engine = new SpringTemplateEngine();

  Templates(Texts texts) {
    ClassLoaderTemplateResolver resolver =
        new ClassLoaderTemplateResolver(Templates.class.getClassLoader());
    resolver.setPrefix(FOLDER);
    resolver.setSuffix(".html");
    resolver.setTemplateMode(TemplateMode.HTML);
    resolver.setCharacterEncoding("UTF-8");
    engine.setTemplateResolver(resolver);
    engine.setTemplateEngineMessageSource(texts.source());
    engine.setLinkBuilder(new BaseLinks());
  }

  void render(String template, Locale locale, Map<String, Object> model, Writer target) {
    engine.process(template, new Context(locale, model), target);
  }

  /** Links that begin with a slash lead to pages of the console, wherever it is mounted. */
  private static final class BaseLinks extends StandardLinkBuilder {
    @Override
    protected String computeContextPath(
        IExpressionContext context, String link, Map<String, Object> parameters) {
      return String.valueOf(context.getVariable(BASE));
    }
  }
}
