package io.sparkattention.jobs.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.jobs.notebooks.Cell.Language;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xml.sax.InputSource;

/**
 * Every cell of every notebook runs in a Spark shell and shows something; notes of Zeppelin are
 * what the sources say, and of one of them every cell runs too. What was shown lies as pages in
 * {@code target/notebooks}.
 */
@TestInstance(Lifecycle.PER_CLASS)
class NotebooksTest {

  private static final Path TARGET = Path.of(System.getProperty("spark.home.under.test"));
  private static final long MOST_MINUTES = 10;
  private static final int LONGEST_LINE = 110;
  private static final Pattern CLASS =
      Pattern.compile("io\\.sparkattention(\\.[a-z]+)+\\.[A-Z]\\w+");

  private final Path directory = TARGET.resolveSibling(folder()).toAbsolutePath();
  private List<Result> results;

  /** Where pages go, in the directory of the build: two of these may run side by side. */
  String folder() {
    return "notebooks";
  }

  /** Names of notes whose cells run as Zeppelin has them, as a pattern. */
  String notes() {
    return "embed";
  }

  static Stream<Notebook> sources() throws IOException {
    return Notebook.sources().stream();
  }

  Stream<Result> results() {
    return results.stream();
  }

  @BeforeAll
  void run() throws IOException, InterruptedException {
    if (Boolean.getBoolean("docs.write")) {
      for (Notebook source : Notebook.sources()) {
        Files.writeString(note(source), ZeppelinNote.json(ZeppelinNote.of(source)));
      }
    }
    Files.createDirectories(directory);
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(command())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(MOST_MINUTES, TimeUnit.MINUTES))
          .as(() -> "it does not end: " + text(log))
          .isTrue();
      assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    } finally {
      process.destroyForcibly();
    }
    results =
        List.of(
            new ObjectMapper()
                .readValue(directory.resolve("results.json").toFile(), Result[].class));
    for (Result result : results) {
      Files.writeString(
          directory.resolve(result.server().replace(' ', '-') + "-" + result.name() + ".html"),
          RenderedPage.of(result));
    }
  }

  private static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "@" + Notebook.HOME.resolveSibling("conf").resolve("java-options").toAbsolutePath(),
        "-Xmx1500m",
        "-XX:TieredStopAtLevel=1", // nothing runs for long
        "-XX:+UseSerialGC",
        "-Dspark.attention.home=" + Notebook.HOME.toAbsolutePath().getParent(),
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        NotebookRunner.class.getName(),
        directory.toString(),
        notes(),
        "corpus",
        Notebook.HOME.toAbsolutePath().resolveSibling("examples").resolve("corpus").toString(),
        "output",
        directory.resolve("output").toString(),
        "documents",
        "2",
        "queries",
        "2",
        "characters",
        "300");
  }

  private static Path note(Notebook source) {
    return Notebook.HOME.resolve("zeppelin").resolve(source.name() + ZeppelinNote.EXTENSION);
  }

  @ParameterizedTest
  @MethodSource("sources")
  void notesAreThoseOfTheSources(Notebook source) {
    assertThat(ZeppelinNote.text(note(source)))
        .as("%s is stale: run this test with -Ddocs.write=true to write it anew", note(source))
        .isEqualTo(ZeppelinNote.json(ZeppelinNote.of(source)));
  }

  @Test
  void everyNoteHasASource() throws IOException {
    try (Stream<Path> notes = Files.list(Notebook.HOME.resolve("zeppelin"))) {
      assertThat(notes)
          .containsExactlyInAnyOrderElementsOf(sources().map(NotebooksTest::note).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("sources")
  void aNotebookBeginsWithWhatItIsFor(Notebook source) {
    assertThat(source.cells().get(0).language()).isEqualTo(Language.MARKDOWN);
    assertThat(source.cells().get(0).text()).startsWith("# ");
    assertThat(source.cells().stream().flatMap(cell -> cell.text().lines()))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(LONGEST_LINE));
    assertThat(ZeppelinNote.of(source).cells().stream().map(Cell::text))
        .noneMatch(text -> text.contains("dbutils") || text.contains("displayHTML"));
  }

  @ParameterizedTest
  @MethodSource("results")
  void everyCellRuns(Result notebook) {
    for (int i = 0; i < notebook.cells().size(); i++) {
      RunCell cell = notebook.cells().get(i);
      assertThat(cell.succeeded())
          .as("%s, cell %d:%n%s%n%s", notebook, i + 1, cell.cell().text(), cell.said())
          .isTrue();
    }
  }

  /** A cell shows what it promises: tables have rows, and plots parse. */
  @ParameterizedTest
  @MethodSource("results")
  void everyCellShowsSomething(Result notebook) {
    for (int i = 0; i < notebook.cells().size(); i++) {
      RunCell cell = notebook.cells().get(i);
      List<Output.Kind> kinds = cell.outputs().stream().map(Output::kind).toList();
      String where = notebook + ", cell " + (i + 1);
      String text = cell.cell().text();
      if (cell.cell().language() == Language.SQL || text.matches("(?s).*(display|show)\\(.*")) {
        assertThat(kinds).as(where).contains(Output.Kind.TABLE);
      }
      if (text.matches("(?s).*(displayHTML\\(|%html ).*")) {
        assertThat(kinds).as(where).contains(Output.Kind.HTML);
      }
      assertThat(cell.outputs()).as(where).allSatisfy(NotebooksTest::assertSound);
    }
    assertThat(notebook.cells().stream().flatMap(cell -> cell.outputs().stream()))
        .as("%s has a plot", notebook)
        .anyMatch(output -> output.text().contains("<svg"));
  }

  private static void assertSound(Output output) throws Exception {
    if (output.kind() == Output.Kind.TABLE) {
      assertThat(output.text().lines().count()).as(output.text()).isGreaterThan(1);
    }
    if (output.kind() == Output.Kind.HTML) {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader("<div>" + output.text() + "</div>")));
    }
  }

  /** All servers show the same tables: columns, and how many rows. */
  @Test
  void allServersShowTheSame() throws IOException {
    int compared = 0;
    for (Notebook source : Notebook.sources()) {
      List<List<String>> shown =
          results.stream()
              .filter(result -> result.name().equals(source.name()))
              .map(NotebooksTest::heads)
              .toList();
      assertThat(shown).as("%s", source).isNotEmpty().allMatch(shown.get(0)::equals);
      compared += shown.size() > 1 ? 1 : 0;
    }
    assertThat(compared).as("notebooks that ran more than once").isPositive();
  }

  /** Cells that configure an interpreter are read by no shell. */
  @ParameterizedTest
  @MethodSource("sources")
  void classesThatNotesNameExist(Notebook source) throws ClassNotFoundException {
    Matcher named =
        CLASS.matcher(
            ZeppelinNote.of(source).cells().stream()
                .map(Cell::text)
                .collect(Collectors.joining("\n")));
    int classes = 0;
    for (; named.find(); classes++) {
      assertThat(Class.forName(named.group())).isPublic();
    }
    assertThat(classes).isPositive();
  }

  /** The columns and the number of rows of each table. */
  private static List<String> heads(Result notebook) {
    return notebook.cells().stream()
        .flatMap(cell -> cell.outputs().stream())
        .filter(output -> output.kind() == Output.Kind.TABLE)
        .map(output -> output.text().lines().findFirst().get() + output.text().lines().count())
        .collect(Collectors.toList());
  }
}
