package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.rint;
import static org.apache.spark.sql.functions.struct;

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
 * Queries that were judged, each with what runs found for it. Passages that a run could not score
 * were not found.
 *
 * @param rows one row a judged query: {@code query_id}, {@code judgements} (an array of {@code
 *     passage_id}, {@code relevance}), and for each run an array of {@code passage_id}, {@code
 *     score}, or null
 * @param runs the names of the runs, which are columns
 * @param queries how many were judged
 * @param counts what was left out, and what counts as 0, by name
 */
public record JudgedQueries(
    Dataset<Row> rows, List<String> runs, long queries, Map<String, Long> counts) {

  public static final String QUERY_ID = "query_id";
  public static final String PASSAGE_ID = "passage_id";
  public static final String SCORE = "score";
  public static final String RELEVANCE = "relevance";
  public static final String JUDGEMENTS = "judgements";

  private static final InputColumn QUERY_KEY =
      InputColumn.key(QUERY_ID, EvaluationInputs.QUERY_ID_COLUMN);
  private static final InputColumn PASSAGE_KEY =
      InputColumn.key(PASSAGE_ID, EvaluationInputs.PASSAGE_ID_COLUMN);
  private static final InputColumn SCORED =
      InputColumn.number(SCORE, EvaluationInputs.SCORE_COLUMN);
  private static final InputColumn JUDGED =
      InputColumn.number(RELEVANCE, EvaluationInputs.RELEVANCE_COLUMN);

  /** Finds queries and rankings; empty after noting every reason why they cannot be used. */
  public static Optional<JudgedQueries> read(
      InputReader reader, JobSettings settings, Problems problems) {
    Optional<Dataset<Row>> judgements =
        table(reader, settings, EvaluationInputs.REFERENCES, JUDGED, problems);
    Optional<Dataset<Row>> predictions =
        table(reader, settings, EvaluationInputs.PREDICTIONS, SCORED, problems);
    boolean compares = settings.optional(EvaluationInputs.BASELINE).isPresent();
    Optional<Dataset<Row>> baseline =
        compares
            ? table(reader, settings, EvaluationInputs.BASELINE, SCORED, problems)
            : Optional.empty();
    if (judgements.isEmpty() || predictions.isEmpty() || (compares && baseline.isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(of(judgements.get(), predictions.get(), baseline));
  }

  private static JudgedQueries of(
      Dataset<Row> judgements, Dataset<Row> predictions, Optional<Dataset<Row>> baseline) {
    Map<String, Dataset<Row>> runs = new LinkedHashMap<>();
    runs.put(Runs.PREDICTIONS, found(predictions, Runs.PREDICTIONS));
    baseline.ifPresent(run -> runs.put(Runs.BASELINE, found(run, Runs.BASELINE)));
    Dataset<Row> rows =
        judgements
            .groupBy(QUERY_ID)
            .agg(collect_list(struct(col(PASSAGE_ID), col(RELEVANCE).cast("int"))).as(JUDGEMENTS));
    for (Dataset<Row> run : runs.values()) {
      rows = rows.join(run, CollectionConverters.asScala(List.of(QUERY_ID)).toSeq(), "left");
    }
    Map<String, Long> counts = counts(judgements, runs);
    return new JudgedQueries(rows, List.copyOf(runs.keySet()), counts.get("judged"), counts);
  }

  private static Dataset<Row> found(Dataset<Row> run, String name) {
    return run.filter(col(SCORE).isNotNull().and(not(isnan(col(SCORE)))))
        .groupBy(QUERY_ID)
        .agg(collect_list(struct(col(PASSAGE_ID), col(SCORE))).as(name));
  }

  private static Map<String, Long> counts(Dataset<Row> judgements, Map<String, Dataset<Row>> runs) {
    Map<String, Dataset<Row>> tables = new LinkedHashMap<>(runs);
    tables.put("judged", judgements);
    tables.put("relevant", judgements.filter(col(RELEVANCE).geq(1)));
    Map<String, Column> conditions = new LinkedHashMap<>();
    conditions.put("judged", col("judged"));
    conditions.put("without_relevant", col("judged").and(not(col("relevant"))));
    Runs.addCoverage(conditions, col("judged"), List.copyOf(runs.keySet()));
    return Presence.count(tables, conditions);
  }

  private static Optional<Dataset<Row>> table(
      InputReader reader,
      JobSettings settings,
      JobOption<String> option,
      InputColumn number,
      Problems problems) {
    boolean run = number.equals(SCORED);
    return KeyedRows.read(
            reader,
            settings,
            option,
            run ? EvaluationInputs.FORMAT : EvaluationInputs.REFERENCES_FORMAT,
            run ? "passages" : "judgements",
            List.of(QUERY_KEY, PASSAGE_KEY, number),
            List.of(),
            problems)
        .flatMap(found -> problems.check(() -> sound(found.rows(), run, settings.value(option))));
  }

  /** Refuses numbers that are none, and judgements that are no whole numbers. */
  private static Dataset<Row> sound(Dataset<Row> rows, boolean run, String location) {
    String number = run ? SCORE : RELEVANCE;
    String problem = InputColumn.problemOf(number);
    Column wrong = col(problem).isNotNull();
    if (!run) {
      wrong = wrong.or(col(number).isNull()).or(col(number).notEqual(rint(col(number))));
    } else {
      wrong = wrong.or(abs(col(number)).equalTo(Double.POSITIVE_INFINITY));
    }
    List<Row> examples =
        rows.filter(wrong)
            .select(
                col(QUERY_ID),
                col(PASSAGE_ID),
                coalesce(col(problem), col(number).cast("string"), lit("nothing")))
            .limit(1)
            .collectAsList();
    if (!examples.isEmpty()) {
      Row example = examples.get(0);
      throw new UsageException(
          List.of(
              rows.filter(wrong).count()
                  + " rows of "
                  + location
                  + " have no "
                  + (run ? "finite number" : "whole number")
                  + " in column "
                  + number
                  + ", such as "
                  + example.getString(2)
                  + " of query "
                  + example.getString(0)
                  + " and passage "
                  + example.getString(1)));
    }
    return rows.drop(problem);
  }
}
