package io.sparkattention.jobs.notebooks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.jobs.notebooks.Cell.Language;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Notes of Zeppelin 0.11, in the JSON that it imports. */
final class ZeppelinNote {

  /** The extension of notes. */
  static final String EXTENSION = ".zpln";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<Language, String> INTERPRETERS =
      Map.of(
          Language.MARKDOWN, "%md",
          Language.SCALA, "%spark",
          Language.SQL, "%spark.sql",
          Language.CONFIGURATION, "%spark.conf");

  /** The cell that says how Databricks is set up; Zeppelin has one of its own. */
  private static final String SETUP = "## On Databricks";

  private static final List<Cell> OWN_SETUP =
      List.of(
          new Cell(
              Language.MARKDOWN,
              """
              ## On Zeppelin

              Let the next paragraph name the jars on your machine, and run it before all others: it \
              configures the interpreter, which must not run yet (restart it if it does). The README of \
              `notebooks/` tells more.\
              """),
          new Cell(
              Language.CONFIGURATION,
              """
              # The jar of spark-jobs/target and those of spark-jobs/target/lib, and that of a known model:
              # spark.jars /path/to/spark-attention-jobs.jar,/path/to/lib/...
              spark.sql.extensions io.sparkattention.udfs.function.SparkAttentionExtensions
              spark.plugins io.sparkattention.udfs.executor.SparkAttentionPlugin
              spark.driver.extraJavaOptions -DDJL_OFFLINE=true -DOPT_OUT_TRACKING=true -Dai.djl.pytorch.graph_optimizer=false
              spark.executor.extraJavaOptions -DDJL_OFFLINE=true -DOPT_OUT_TRACKING=true -Dai.djl.pytorch.graph_optimizer=false\
              """));

  private static final Pattern DECLARED =
      Pattern.compile("dbutils\\.widgets\\.text\\((\"\\w+\"), (\"[^\"]*\"), \"[^\"]*\"\\)\n");
  private static final Pattern ASKED = Pattern.compile("dbutils\\.widgets\\.get\\((\"\\w+\")\\)");

  private ZeppelinNote() {}

  /** The note of a notebook for Databricks, as cells. */
  static Notebook of(Notebook source) {
    List<Cell> cells = new ArrayList<>();
    for (Cell cell : source.cells()) {
      if (cell.language() == Language.MARKDOWN && cell.text().startsWith(SETUP)) {
        cells.addAll(OWN_SETUP);
      } else if (cell.language() == Language.SCALA) {
        cells.add(new Cell(Language.SCALA, translated(cell.text())));
      } else {
        cells.add(cell);
      }
    }
    return new Notebook(source.name(), cells);
  }

  /** Scala with Zeppelin's forms and outputs in the place of Databricks'. */
  private static String translated(String scala) {
    Map<String, String> defaults =
        DECLARED
            .matcher(scala)
            .results()
            .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
    String plain = DECLARED.matcher(scala).replaceAll("");
    String asked =
        ASKED
            .matcher(plain)
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(
                        "z.textbox("
                            + found.group(1)
                            + ", "
                            + defaults.get(found.group(1))
                            + ").toString"));
    return asked.replace("displayHTML(", "println(\"%html \" + ").replace("display(", "z.show(");
  }

  /** The file of a note. */
  static String json(Notebook note) {
    ObjectNode root = JSON.createObjectNode();
    for (int i = 0; i < note.cells().size(); i++) {
      root.withArray("/paragraphs").add(paragraph(note, i));
    }
    root.put("name", "Spark Attention/" + note.title());
    root.put("id", "SPARKATTENTION" + note.name().replaceAll("\\W", "").toUpperCase(Locale.ROOT));
    root.put("defaultInterpreterGroup", "spark");
    root.put("version", "0.11.2");
    for (String empty : List.of("noteParams", "noteForms", "angularObjects", "config", "info")) {
      root.putObject(empty);
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode paragraph(Notebook note, int number) {
    Cell cell = note.cells().get(number);
    boolean prose = cell.language() == Language.MARKDOWN;
    ObjectNode paragraph = JSON.createObjectNode();
    paragraph.put("text", INTERPRETERS.get(cell.language()) + "\n\n" + cell.text());
    ObjectNode config = paragraph.putObject("config");
    config.put("colWidth", 12.0).put("fontSize", 9.0).put("enabled", true);
    config.put("editorHide", prose);
    config.put("editorMode", "ace/mode/" + editor(cell.language()));
    config.putObject("editorSetting").put("language", editor(cell.language()));
    config.putObject("results");
    paragraph.putObject("settings").putObject("params");
    paragraph.withObject("/settings").putObject("forms");
    paragraph.putArray("apps");
    paragraph.putObject("runtimeInfos");
    paragraph.put("progressUpdateIntervalMs", 500);
    paragraph.put("jobName", "paragraph_" + note.name() + "_" + number);
    paragraph.put("id", "paragraph_" + note.name() + "_" + number);
    paragraph.put("status", "READY");
    return paragraph;
  }

  private static String editor(Language language) {
    return switch (language) {
      case MARKDOWN -> "markdown";
      case SCALA -> "scala";
      case SQL -> "sql";
      case CONFIGURATION -> "text";
    };
  }

  /** Reads a note. */
  static Notebook read(Path file) {
    try {
      List<Cell> cells = new ArrayList<>();
      for (JsonNode paragraph : JSON.readTree(file.toFile()).path("paragraphs")) {
        String[] parts = paragraph.path("text").asText().split("\n", 2);
        Language language =
            INTERPRETERS.entrySet().stream()
                .filter(each -> each.getValue().equals(parts[0]))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(file + ": " + parts[0]))
                .getKey();
        cells.add(new Cell(language, parts[1].strip()));
      }
      return new Notebook(file.getFileName().toString().replace(EXTENSION, ""), cells);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What stands in a file. */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
