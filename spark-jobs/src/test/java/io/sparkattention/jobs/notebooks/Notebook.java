package io.sparkattention.jobs.notebooks;

import io.sparkattention.jobs.notebooks.Cell.Language;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A notebook. Those of Databricks are the sources; a Zeppelin note is written from each.
 *
 * @param name of its file, without the extension
 */
record Notebook(String name, List<Cell> cells) {

  /** Where the notebooks lie. */
  static final Path HOME =
      Path.of(System.getProperty("spark.attention.home", "..")).normalize().resolve("notebooks");

  /** The extension of sources that Databricks imports. */
  static final String DATABRICKS = ".scala";

  private static final String HEAD = "// Databricks notebook source\n";
  private static final String BETWEEN = "\n// COMMAND ----------\n";
  private static final String MAGIC = "// MAGIC ";

  /** All sources, by name. */
  static List<Notebook> sources() throws IOException {
    try (Stream<Path> files = Files.list(HOME.resolve("databricks"))) {
      return files
          .filter(file -> file.toString().endsWith(DATABRICKS))
          .sorted()
          .map(Notebook::databricks)
          .toList();
    }
  }

  /** Reads Databricks' source format. */
  static Notebook databricks(Path file) {
    String text = ZeppelinNote.text(file);
    if (!text.startsWith(HEAD)) {
      throw new IllegalArgumentException(file + ": the first line must be " + HEAD.strip());
    }
    return new Notebook(
        file.getFileName().toString().replace(DATABRICKS, ""),
        Stream.of(text.substring(HEAD.length()).split(BETWEEN))
            .map(cell -> cell(cell.strip()))
            .toList());
  }

  private static Cell cell(String text) {
    if (!text.startsWith(MAGIC)) {
      return new Cell(Language.SCALA, text);
    }
    String plain =
        text.lines()
            .map(line -> line.replaceFirst("^// MAGIC ?", ""))
            .collect(Collectors.joining("\n"));
    if (plain.startsWith("%md")) {
      return new Cell(Language.MARKDOWN, plain.substring("%md".length()).strip());
    }
    if (plain.startsWith("%sql")) {
      return new Cell(Language.SQL, plain.substring("%sql".length()).strip());
    }
    throw new IllegalArgumentException("a cell is neither %md nor %sql: " + plain);
  }

  /** The heading that it begins with. */
  String title() {
    return cells.get(0).text().lines().findFirst().orElseThrow().replaceFirst("^# ", "");
  }

  @Override
  public String toString() {
    return name;
  }
}
