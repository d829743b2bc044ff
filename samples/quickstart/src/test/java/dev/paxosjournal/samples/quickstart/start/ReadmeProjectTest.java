package dev.paxosjournal.samples.quickstart.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A project made from nothing but the files that the README prints: its class path comes from its
 * own {@code pom.xml}, resolved by Maven from the local repository and from the modules as they
 * were built just now, as after {@code mvn install}; then it is compiled and started. Uses no
 * network.
 */
@EnabledIfSystemProperty(
    named = "maven.home",
    matches = ".+",
    disabledReason = "needs the Maven that runs the build")
class ReadmeProjectTest {
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final String VERSION = "0.1.0-SNAPSHOT";
  private static final Pattern FILE =
      Pattern.compile("`([^`\n]+)`:\n\n```\\w+\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path project;

  @Test
  void projectOfTheReadmeCompilesAndStarts() throws Exception {
    writeFilesOfTheReadme();
    installModules();
    String classPath = classPath();
    compile(classPath);

    try (NodeProcess node =
        NodeProcess.start(
            project,
            List.of(
                "-cp",
                project.resolve("classes")
                    + ":"
                    + project.resolve("src/main/resources")
                    + ":"
                    + classPath,
                "com.example.orders.OrdersApplication",
                "--server.port=0"))) {
      assertThat(accept(node.url(), 0)).isEqualTo("durable");
      node.terminate();
      assertThat(node.exitStatus(30)).isEqualTo(143);
      assertThat(node.output()).noneMatch(line -> line.contains("ERROR"));
    }
    assertThat(project.resolve("data/orders")).isDirectoryContaining("glob:**.seg");
  }

  private void writeFilesOfTheReadme() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    Matcher files =
        FILE.matcher(
            readme.substring(
                readme.indexOf("## In a Spring Boot application"),
                readme.indexOf("`mvn spring-boot:run`")));
    List<String> written = new ArrayList<>();
    while (files.find()) {
      Path file = project.resolve(files.group(1));
      Files.createDirectories(file.getParent());
      Files.writeString(file, files.group(2));
      written.add(files.group(1));
    }
    assertThat(written)
        .containsExactly(
            "pom.xml",
            "src/main/resources/application.yml",
            "src/main/java/com/example/orders/OrdersApplication.java");
  }

  private void installModules() throws IOException {
    install(ROOT, "paxos-journal-parent");
    for (String module :
        List.of("journal-core", "journal-spring-boot-starter", "journal-admin-ui")) {
      Path installed = install(ROOT.resolve(module), module);
      pack(
          ROOT.resolve(module).resolve("target/classes"),
          installed.resolve(module + "-" + VERSION + ".jar"));
    }
  }

  private Path install(Path module, String artifact) throws IOException {
    Path installed =
        Files.createDirectories(
            project.resolve("repository/dev/paxosjournal").resolve(artifact).resolve(VERSION));
    Files.copy(module.resolve("pom.xml"), installed.resolve(artifact + "-" + VERSION + ".pom"));
    return installed;
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file);
        Stream<Path> all = Files.walk(classes)) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new ZipEntry(classes.relativize(each).toString()));
        Files.copy(each, zip);
        zip.closeEntry();
      }
    }
  }

  private String classPath() throws IOException, InterruptedException {
    Path settings = project.resolve("settings.xml");
    Files.writeString(
        settings,
        """
        <settings>
          <mirrors>
            <mirror>
              <id>local</id>
              <mirrorOf>*</mirrorOf>
              <url>%s</url>
            </mirror>
          </mirrors>
        </settings>
        """
            .formatted(Path.of(System.getProperty("maven.local.repository")).toUri()));
    Path found = project.resolve("class-path.txt");
    run(
        Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
        "-B",
        "-q",
        "-s",
        settings.toString(),
        "-Dmaven.repo.local=" + project.resolve("repository"),
        "org.apache.maven.plugins:maven-dependency-plugin:"
            + System.getProperty("dependency.plugin.version")
            + ":build-classpath",
        "-Dmdep.outputFile=" + found);
    return Files.readString(found).trim();
  }

  private void compile(String classPath) throws IOException, InterruptedException {
    run(
        Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
        "--release",
        "17",
        "-parameters",
        "-proc:none",
        "-cp",
        classPath,
        "-d",
        project.resolve("classes").toString(),
        project.resolve("src/main/java/com/example/orders/OrdersApplication.java").toString());
  }

  private void run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static String accept(String url, long slot) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url + "/accept/" + slot))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("an order"))
                .build(),
            BodyHandlers.ofString())
        .body();
  }
}
