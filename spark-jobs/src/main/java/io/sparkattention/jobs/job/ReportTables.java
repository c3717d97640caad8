package io.sparkattention.jobs.job;

import io.sparkattention.jobs.corpus.CorpusTable;
import io.sparkattention.jobs.corpus.CorpusTables;
import io.sparkattention.jobs.input.InputReader;
import io.sparkattention.jobs.output.OutputDirectory;
import io.sparkattention.jobs.output.OutputFormat;
import io.sparkattention.jobs.output.RunRecord;
import io.sparkattention.jobs.report.LevelTable;
import io.sparkattention.jobs.report.StatisticsRun;
import io.sparkattention.udfs.config.Problems;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Finds what attention-stats wrote: rows, what is told of their run, and tables beside them. */
final class ReportTables {

  private ReportTables() {}

  /** The tables of one run; empty after noting every reason why they cannot be shown. */
  static Optional<StatisticsRun> run(
      SparkSession spark, List<String> locations, Problems problems) {
    List<LevelTable> tables = new ArrayList<>();
    for (String location : locations) {
      Optional<Dataset<Row>> rows = problems.check(() -> new InputReader(spark).rows(location));
      rows.flatMap(
              each ->
                  LevelTable.of(
                      location,
                      each,
                      record(spark, location),
                      beside(spark, location, problems),
                      problems))
          .ifPresent(tables::add);
    }
    Optional<StatisticsRun> run = StatisticsRun.of(tables, problems);
    return tables.size() < locations.size() ? Optional.empty() : run;
  }

  /** A directory of files as jobs write it. */
  static OutputDirectory directory(SparkSession spark, String location) {
    return new OutputDirectory(
        spark, location, OutputFormat.of(spark, "parquet"), Optional.empty());
  }

  /** What is told of the run that wrote a table, where it lies beside it. */
  private static Optional<RunRecord> record(SparkSession spark, String location) {
    try {
      return directory(spark, location).lastRun();
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // a glob, a table, or a directory of someone else
    }
  }

  /** The tables of the whole corpus, by name; problems of those that are there are noted. */
  private static Map<String, Dataset<Row>> beside(
      SparkSession spark, String location, Problems problems) {
    Map<String, Dataset<Row>> beside = new HashMap<>();
    for (CorpusTable table : CorpusTables.ALL) {
      place(spark, location, "_" + table.name())
          .flatMap(place -> problems.check(() -> new InputReader(spark).rows(place)))
          .ifPresent(rows -> beside.put(table.name(), rows));
    }
    return beside;
  }

  private static Optional<String> place(SparkSession spark, String location, String name) {
    try {
      OutputDirectory output = directory(spark, location);
      return output.holds(name) ? Optional.of(output.beside(name).toString()) : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // as above
    }
  }
}
