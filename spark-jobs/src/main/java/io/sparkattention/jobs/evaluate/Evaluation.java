package io.sparkattention.jobs.evaluate;

import io.sparkattention.evaluate.PairedTest;
import io.sparkattention.jobs.output.OutputDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The results of an evaluation.
 *
 * @param results one per metric or part of a metric, in the order in which they were asked for
 * @param plotted names of the results that are plotted, which lead their metrics
 * @param counts how many items there are, and what runs lack or have beside them, by name
 * @param test makes the intervals and the comparisons
 * @param settings of the run, by option
 * @param versions of what it was made with
 */
public record Evaluation(
    List<MetricResult> results,
    Set<String> plotted,
    Map<String, Long> counts,
    PairedTest test,
    Map<String, String> settings,
    Map<String, String> versions) {

  /** The results as a table of Parquet. */
  public static final String TABLE = "_summary";

  /** The same as JSON, with counts and settings. */
  public static final String JSON = "_summary.json";

  /** The same as a page for people. */
  public static final String PAGE = "_report.html";

  private static final Map<String, String> NOTES = notesByCount();

  public Evaluation {
    results = List.copyOf(results);
  }

  /** Whether the predictions are compared with a baseline. */
  boolean compared() {
    return results.stream().anyMatch(result -> result.comparison().isPresent());
  }

  /** The results that are plotted. */
  List<MetricResult> plots() {
    return results.stream().filter(result -> plotted.contains(result.column())).toList();
  }

  /** Writes table, JSON and page beside the rows that they follow from. */
  public void write(SparkSession spark, OutputDirectory output) throws IOException {
    List<Row> rows = results.stream().map(SummaryTable::row).toList();
    spark
        .createDataFrame(rows, SummaryTable.SCHEMA.type())
        .coalesce(1)
        .write()
        .mode("overwrite")
        .parquet(output.beside(TABLE).toString());
    output.writeJson(JSON, json());
    output.writeText(PAGE, new ReportPage(this).html());
  }

  /** What is to be known of items that are not in both the runs and what they are compared with. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    NOTES.forEach(
        (name, note) -> {
          if (counts.getOrDefault(name, 0L) > 0) {
            notes.add(note.formatted(counts.get(name)));
          }
        });
    return notes;
  }

  private static Map<String, String> notesByCount() {
    Map<String, String> notes = new LinkedHashMap<>();
    notes.put("without_relevant", "Judged queries without a relevant passage, which score 0: %d");
    for (String run : List.of("predictions", "baseline")) {
      notes.put(
          "missing_from_" + run,
          "Items missing from the " + run + ", which score as empty ones: %d");
      notes.put(
          "left_out_of_" + run,
          "Items of the " + run + " with nothing to compare with, left out: %d");
    }
    return notes;
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", SummaryTable.SCHEMA.name() + "/" + SummaryTable.SCHEMA.version());
    json.put("counts", counts);
    json.put("confidence", test.bootstrap().confidence());
    json.put("resamples", test.bootstrap().resamples());
    json.put("permutations", test.permutations());
    json.put("seed", test.seed());
    json.put("metrics", results.stream().map(SummaryTable::cells).toList());
    json.put("settings", settings);
    json.put("versions", versions);
    return json;
  }
}
