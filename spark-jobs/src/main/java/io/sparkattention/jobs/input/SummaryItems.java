package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.when;

import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.UsageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Documents that have a reference summary or are there themselves, each with what runs made of it.
 *
 * @param referred one row a document with references: {@code id}, {@code references} (an array),
 *     and the summary of each run, or null; empty if there are no references
 * @param sourced one row a document that is there: {@code id}, {@code text}, and the summary of
 *     each run, or null; empty if there are no sources
 * @param runs the names of the runs, which are columns
 * @param counts how many items there are, and what runs lack or have beside them, by name
 */
public record SummaryItems(
    Optional<Dataset<Row>> referred,
    Optional<Dataset<Row>> sourced,
    List<String> runs,
    Map<String, Long> counts) {

  public static final String ID = Documents.ID;
  public static final String TEXT = Documents.TEXT;
  public static final String REFERENCES = "references";

  /** How many documents there are. */
  public static final String ITEMS = "items";

  /** How many of them have references. */
  public static final String WITH_REFERENCES = "with_references";

  /** How many of them are there themselves. */
  public static final String WITH_SOURCES = "with_sources";

  private static final String REFERENCE = "reference";
  private static final String SUMMARY = "summary";
  private static final String SOURCES = "sources";

  private static final InputColumn KEY = InputColumn.key(ID, EvaluationInputs.ID_COLUMN);

  /** Finds the items; empty after noting every reason why they cannot be used. */
  public static Optional<SummaryItems> read(
      InputReader reader, JobSettings settings, Problems problems) {
    Tables tables = new Tables(reader, settings, problems);
    Map<String, Optional<Dataset<Row>>> found = new LinkedHashMap<>();
    found.put(Runs.PREDICTIONS, tables.run(EvaluationInputs.PREDICTIONS));
    if (settings.optional(EvaluationInputs.BASELINE).isPresent()) {
      found.put(Runs.BASELINE, tables.run(EvaluationInputs.BASELINE));
    }
    List<String> runs = List.copyOf(found.keySet());
    if (settings.optional(EvaluationInputs.REFERENCES).isPresent()) {
      found.put(REFERENCES, tables.references());
    }
    if (settings.optional(EvaluationInputs.SOURCES).isPresent()) {
      found.put(SOURCES, tables.sources());
    }
    if (found.values().stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    Map<String, Dataset<Row>> all = new LinkedHashMap<>();
    found.forEach((name, table) -> all.put(name, table.get()));
    return Optional.of(
        new SummaryItems(
            Optional.ofNullable(all.get(REFERENCES)).map(table -> withRuns(table, all, runs)),
            Optional.ofNullable(all.get(SOURCES)).map(table -> withRuns(table, all, runs)),
            runs,
            counts(all, runs)));
  }

  private static Dataset<Row> withRuns(
      Dataset<Row> items, Map<String, Dataset<Row>> tables, List<String> runs) {
    Dataset<Row> rows = items;
    for (String run : runs) {
      Dataset<Row> summaries = tables.get(run).withColumnRenamed(SUMMARY, run);
      rows = rows.join(summaries, CollectionConverters.asScala(List.of(ID)).toSeq(), "left");
    }
    return rows;
  }

  private static Map<String, Long> counts(Map<String, Dataset<Row>> tables, List<String> runs) {
    Column wanted =
        List.of(REFERENCES, SOURCES).stream()
            .filter(tables::containsKey)
            .map(name -> col(name))
            .reduce(Column::or)
            .orElseThrow();
    Map<String, Column> conditions = new LinkedHashMap<>();
    conditions.put(ITEMS, wanted);
    if (tables.containsKey(REFERENCES)) {
      conditions.put(WITH_REFERENCES, col(REFERENCES));
    }
    if (tables.containsKey(SOURCES)) {
      conditions.put(WITH_SOURCES, col(SOURCES));
    }
    Runs.addCoverage(conditions, wanted, runs);
    return Presence.count(tables, conditions);
  }

  /** How many documents there are of a kind; 0 if there are none. */
  public long count(String name) {
    return counts.getOrDefault(name, 0L);
  }

  /** Reads the tables that options name, and notes what is wrong with them. */
  private record Tables(InputReader reader, JobSettings settings, Problems problems) {

    Optional<Dataset<Row>> run(JobOption<String> option) {
      InputColumn summary = InputColumn.text(SUMMARY, EvaluationInputs.SUMMARY_COLUMN);
      return keyed(option, EvaluationInputs.FORMAT, "summaries", summary);
    }

    Optional<Dataset<Row>> sources() {
      InputColumn text = InputColumn.text(TEXT, EvaluationInputs.TEXT_COLUMN);
      return keyed(EvaluationInputs.SOURCES, EvaluationInputs.SOURCES_FORMAT, "documents", text);
    }

    private Optional<Dataset<Row>> keyed(
        JobOption<String> option, JobOption<String> format, String what, InputColumn text) {
      return KeyedRows.read(
              reader, settings, option, format, what, List.of(KEY, text), List.of(), problems)
          .map(found -> found.rows().select(col(ID), sound(text.name()).as(text.name())));
    }

    /** One row a document, whose references are in the order of the alphabet. */
    Optional<Dataset<Row>> references() {
      String location = settings.value(EvaluationInputs.REFERENCES);
      InputColumn reference = InputColumn.text(REFERENCE, EvaluationInputs.REFERENCE_COLUMN);
      return problems
          .check(() -> reader.read(location, settings.optional(EvaluationInputs.REFERENCES_FORMAT)))
          .flatMap(table -> table.select(List.of(KEY, reference), settings, problems))
          .flatMap(rows -> problems.check(() -> named(rows, location)))
          .map(
              rows ->
                  rows.groupBy(ID).agg(sort_array(collect_list(sound(REFERENCE))).as(REFERENCES)));
    }

    private static Dataset<Row> named(Dataset<Row> rows, String location) {
      long unnamed = rows.filter(col(ID).isNull()).count();
      if (unnamed > 0) {
        throw new UsageException(
            List.of(
                unnamed
                    + " references of "
                    + location
                    + " have no id: give each that of its document, or drop them"));
      }
      return rows;
    }

    /** Text that can be read; null in place of other text. */
    private static Column sound(String text) {
      return when(col(InputColumn.problemOf(text)).isNull(), col(text));
    }
  }
}
