package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.sparkattention.jobs.config.JobOption;
import io.sparkattention.jobs.config.JobSettings;
import io.sparkattention.jobs.config.OptionType;
import io.sparkattention.jobs.config.Problems;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Queries with the passages to order for each.
 *
 * @param rows one row a candidate: {@code query_id}, {@code query}, {@code query_problem}, {@code
 *     passage_id}, {@code text} and {@code text_problem}
 * @param passages every passage of the collection once: {@code passage_id}, {@code text}
 * @param queries how many queries have candidates
 * @param pairs how many candidates there are
 */
public record Candidates(Dataset<Row> rows, Dataset<Row> passages, long queries, long pairs) {

  public static final String QUERY_ID = "query_id";
  public static final String QUERY = "query";
  public static final String QUERY_PROBLEM = InputColumn.problemOf(QUERY);
  public static final String PASSAGE_ID = "passage_id";
  public static final String TEXT = "text";
  public static final String PROBLEM = InputColumn.problemOf(TEXT);
  public static final String CANDIDATES = "candidates";

  public static final JobOption<String> QUERIES =
      JobOption.optional("queries", OptionType.PATH, "The queries");
  public static final JobOption<String> PASSAGES =
      JobOption.optional("passages", OptionType.PATH, "The passages");
  public static final JobOption<String> PAIRS =
      JobOption.optional(
          "candidates", OptionType.PATH, "Which passages to order for which query, by their ids");
  public static final JobOption<String> INPUT =
      JobOption.optional(
          "input",
          OptionType.PATH,
          "Pairs of query and passage with their texts, in place of --queries, --passages and"
              + " --candidates");
  private static final JobOption<String> QUERY_ID_COLUMN =
      JobOption.withDefault(
          "query-id-column", OptionType.COLUMN, QUERY_ID, "The column that names a query");
  private static final JobOption<String> QUERY_COLUMN =
      JobOption.withDefault("query-column", OptionType.COLUMN, QUERY, "The column of queries");
  private static final JobOption<String> PASSAGE_ID_COLUMN =
      JobOption.withDefault(
          "passage-id-column", OptionType.COLUMN, PASSAGE_ID, "The column that names a passage");
  private static final JobOption<String> TEXT_COLUMN =
      JobOption.withDefault("text-column", OptionType.COLUMN, TEXT, "The column of passages");

  /** What a job that reads candidates declares. */
  public static final List<JobOption<?>> OPTIONS =
      List.of(
          QUERIES,
          PASSAGES,
          PAIRS,
          INPUT,
          Documents.FORMAT,
          QUERY_ID_COLUMN,
          QUERY_COLUMN,
          PASSAGE_ID_COLUMN,
          TEXT_COLUMN);

  private static final InputColumn QUERY_KEY = InputColumn.key(QUERY_ID, QUERY_ID_COLUMN);
  private static final InputColumn QUERY_TEXT = InputColumn.text(QUERY, QUERY_COLUMN);
  private static final InputColumn PASSAGE_KEY = InputColumn.key(PASSAGE_ID, PASSAGE_ID_COLUMN);
  private static final InputColumn PASSAGE_TEXT = InputColumn.text(TEXT, TEXT_COLUMN);

  /** Finds the candidates; empty after noting every reason why they cannot be used. */
  public static Optional<Candidates> read(
      InputReader reader, JobSettings settings, Problems problems) {
    boolean pairs = settings.optional(INPUT).isPresent();
    long named =
        Stream.of(QUERIES, PASSAGES, PAIRS)
            .filter(option -> settings.optional(option).isPresent())
            .count();
    if (named != (pairs ? 0 : 3)) {
      problems.add("name either --input, or all of --queries, --passages and --candidates");
      return Optional.empty();
    }
    return pairs
        ? fromPairs(reader, settings, problems)
        : fromThreeTables(reader, settings, problems);
  }

  private static Optional<Candidates> fromThreeTables(
      InputReader reader, JobSettings settings, Problems problems) {
    var queries =
        KeyedRows.read(
            reader,
            settings,
            QUERIES,
            "queries",
            List.of(QUERY_KEY, QUERY_TEXT),
            List.of(),
            problems);
    var passages =
        KeyedRows.read(
            reader,
            settings,
            PASSAGES,
            "passages",
            List.of(PASSAGE_KEY, PASSAGE_TEXT),
            List.of(),
            problems);
    var pairs =
        KeyedRows.read(
            reader,
            settings,
            PAIRS,
            "candidates",
            List.of(QUERY_KEY, PASSAGE_KEY),
            List.of(),
            problems);
    if (queries.isEmpty() || passages.isEmpty() || pairs.isEmpty()) {
      return Optional.empty();
    }
    Dataset<Row> joined =
        pairs
            .get()
            .rows()
            .join(
                queries.get().rows().withColumn("query_found", lit(true)), using(QUERY_ID), "left")
            .join(
                passages.get().rows().withColumn("passage_found", lit(true)),
                using(PASSAGE_ID),
                "left")
            .withColumn(QUERY_PROBLEM, orMissing(QUERY_PROBLEM, "query", QUERY_ID))
            .withColumn(PROBLEM, orMissing(PROBLEM, "passage", PASSAGE_ID));
    Dataset<Row> collection = passages.get().rows().select(PASSAGE_ID, TEXT);
    long asked = pairs.get().rows().select(QUERY_ID).distinct().count();
    return Optional.of(new Candidates(joined, collection, asked, pairs.get().count()));
  }

  private static Optional<Candidates> fromPairs(
      InputReader reader, JobSettings settings, Problems problems) {
    List<InputColumn> columns = List.of(QUERY_KEY, QUERY_TEXT, PASSAGE_KEY, PASSAGE_TEXT);
    List<IdRule> rules = List.of(IdRule.oneText(QUERY_ID, QUERY), IdRule.oneText(PASSAGE_ID, TEXT));
    return KeyedRows.read(reader, settings, INPUT, "candidates", columns, rules, problems)
        .map(
            pairs ->
                new Candidates(
                    pairs.rows(),
                    pairs.rows().select(PASSAGE_ID, TEXT).dropDuplicates(PASSAGE_ID),
                    pairs.ids().get(0),
                    pairs.count()));
  }

  private static Column orMissing(String problem, String what, String id) {
    return coalesce(
        col(problem),
        when(
            col(what + "_found").isNull(),
            concat(lit("there is none with " + id + " '"), col(id), lit("'"))));
  }

  /**
   * One row a query: {@code query_id}, {@code query}, {@code query_problem}, and {@code
   * candidates}, an array of {@code passage_id}, {@code text} and {@code text_problem}.
   *
   * @param rows as in {@link #rows}, some or all of them
   * @param partitions how many partitions the queries are spread over
   */
  public static Dataset<Row> byQuery(Dataset<Row> rows, int partitions) {
    return rows.repartition(partitions, col(QUERY_ID)) // grouping then moves nothing again
        .groupBy(col(QUERY_ID))
        .agg(
            first(col(QUERY)).as(QUERY),
            first(col(QUERY_PROBLEM)).as(QUERY_PROBLEM),
            collect_list(struct(col(PASSAGE_ID), col(TEXT), col(PROBLEM))).as(CANDIDATES));
  }

  private static Seq<String> using(String column) {
    return CollectionConverters.asScala(List.of(column)).toSeq();
  }
}
