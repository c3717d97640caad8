package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.config.Problems;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * The tables that candidates are made of, all checked.
 *
 * @param queries every query once: {@code query_id}, {@code query} and {@code query_problem}
 * @param passages every passage once: {@code passage_id}, {@code text}, {@code text_problem}, and
 *     {@code vector} where embeddings are named
 * @param named the candidates, where a table names them
 * @param lost how many lines of queries and passages cannot be decoded and have no id, by name
 */
public record CandidateTables(
    Dataset<Row> queries,
    Dataset<Row> passages,
    Optional<Candidates> named,
    Map<String, Long> lost) {

  public static final JobOption<String> QUERIES =
      JobOption.optional("queries", OptionType.PATH, "The queries");
  public static final JobOption<String> PASSAGES =
      JobOption.optional("passages", OptionType.PATH, "The passages");
  public static final JobOption<String> PAIRS =
      JobOption.optional(
          "candidates",
          OptionType.PATH,
          "Which passages to order for which query, by their ids; where it is not set,"
              + " --first-stage finds them");
  public static final JobOption<String> INPUT =
      JobOption.optional(
          "input",
          OptionType.PATH,
          "Pairs of query and passage with their texts, in place of --queries, --passages and"
              + " --candidates");
  private static final JobOption<String> QUERY_ID_COLUMN =
      JobOption.withDefault(
          "query-id-column",
          OptionType.COLUMN,
          Candidates.QUERY_ID,
          "The column that names a query");
  private static final JobOption<String> QUERY_COLUMN =
      JobOption.withDefault(
          "query-column", OptionType.COLUMN, Candidates.QUERY, "The column of queries");
  private static final JobOption<String> PASSAGE_ID_COLUMN =
      JobOption.withDefault(
          "passage-id-column",
          OptionType.COLUMN,
          Candidates.PASSAGE_ID,
          "The column that names a passage");
  private static final JobOption<String> TEXT_COLUMN =
      JobOption.withDefault(
          "text-column", OptionType.COLUMN, Candidates.TEXT, "The column of passages");

  /** What a job that reads candidates declares. */
  public static final List<JobOption<?>> OPTIONS =
      List.of(
          QUERIES,
          PASSAGES,
          PAIRS,
          INPUT,
          StoredEmbeddings.EMBEDDINGS,
          Documents.FORMAT,
          QUERY_ID_COLUMN,
          QUERY_COLUMN,
          PASSAGE_ID_COLUMN,
          TEXT_COLUMN);

  private static final InputColumn QUERY_KEY =
      InputColumn.keyWhereDecoded(Candidates.QUERY_ID, QUERY_ID_COLUMN);
  private static final InputColumn QUERY_TEXT = InputColumn.text(Candidates.QUERY, QUERY_COLUMN);
  private static final InputColumn PASSAGE_KEY =
      InputColumn.keyWhereDecoded(Candidates.PASSAGE_ID, PASSAGE_ID_COLUMN);
  private static final InputColumn PAIR_QUERY =
      InputColumn.keyOrBrokenRow(Candidates.QUERY_ID, QUERY_ID_COLUMN);
  private static final InputColumn PAIR_PASSAGE =
      InputColumn.keyOrRow(Candidates.PASSAGE_ID, PASSAGE_ID_COLUMN);
  private static final InputColumn EARLIER = InputColumn.place(Candidates.EARLIER);
  private static final InputColumn PASSAGE_TEXT = InputColumn.text(Candidates.TEXT, TEXT_COLUMN);

  /** Whether no table names the candidates. */
  public static boolean searched(JobSettings settings) {
    return settings.optional(INPUT).isEmpty() && settings.optional(PAIRS).isEmpty();
  }

  /** Opens the tables; empty after noting every reason why they cannot be used. */
  public static Optional<CandidateTables> read(
      InputReader reader, JobSettings settings, Problems problems) {
    boolean input = settings.optional(INPUT).isPresent();
    boolean pairs = settings.optional(PAIRS).isPresent();
    long tables =
        Stream.of(QUERIES, PASSAGES)
            .filter(option -> settings.optional(option).isPresent())
            .count();
    if (tables != (input ? 0 : 2) || (input && pairs)) {
      problems.add("name either --input, or --queries and --passages, and --candidates if any");
      return Optional.empty();
    }
    Optional<StoredEmbeddings> embeddings = StoredEmbeddings.read(reader, settings, problems);
    UnaryOperator<Dataset<Row>> withVectors =
        rows -> embeddings.map(stored -> stored.joinedTo(rows)).orElse(rows);
    return input
        ? ofPairs(reader, settings, withVectors, problems)
        : ofTables(reader, settings, withVectors, problems);
  }

  private static Optional<CandidateTables> ofTables(
      InputReader reader,
      JobSettings settings,
      UnaryOperator<Dataset<Row>> withVectors,
      Problems problems) {
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
    boolean toFind = searched(settings);
    Optional<KeyedRows> pairs =
        toFind
            ? Optional.empty()
            : KeyedRows.read(
                reader,
                settings,
                PAIRS,
                "candidates",
                List.of(PAIR_QUERY, PAIR_PASSAGE, EARLIER),
                List.of(),
                problems);
    if (queries.isEmpty() || passages.isEmpty() || (pairs.isEmpty() && !toFind)) {
      return Optional.empty();
    }
    Dataset<Row> asked = queries.get().rows();
    Dataset<Row> read = withVectors.apply(passages.get().rows());
    return Optional.of(
        new CandidateTables(
            asked,
            read,
            pairs.map(named -> Candidates.join(named.decoded(), named.count(), asked, read)),
            Map.of(
                "query_lines_lost",
                queries.get().lost(),
                "passage_lines_lost",
                passages.get().lost())));
  }

  private static Optional<CandidateTables> ofPairs(
      InputReader reader,
      JobSettings settings,
      UnaryOperator<Dataset<Row>> withVectors,
      Problems problems) {
    List<InputColumn> columns =
        List.of(PAIR_QUERY, QUERY_TEXT, PAIR_PASSAGE, PASSAGE_TEXT, EARLIER);
    List<IdRule> rules =
        List.of(
            IdRule.oneText(Candidates.QUERY_ID, Candidates.QUERY),
            IdRule.oneText(Candidates.PASSAGE_ID, Candidates.TEXT));
    return KeyedRows.read(reader, settings, INPUT, "candidates", columns, rules, problems)
        .map(
            pairs -> {
              Dataset<Row> rows = withVectors.apply(pairs.decoded());
              Dataset<Row> sound = rows.filter(col(InputTable.PROBLEM).isNull());
              return new CandidateTables(
                  sound.dropDuplicates(Candidates.QUERY_ID),
                  sound.dropDuplicates(Candidates.PASSAGE_ID),
                  Optional.of(new Candidates(rows, pairs.ids().get(0), pairs.count())),
                  Map.of());
            });
  }

  /**
   * Candidates among these queries and passages.
   *
   * @param pairs {@code query_id}, {@code passage_id} and {@code earlier}, each pair once
   * @param count how many they are
   */
  public Candidates join(Dataset<Row> pairs, long count) {
    Column none = lit(null).cast(DataTypes.StringType);
    return Candidates.join(pairs.withColumn(InputTable.PROBLEM, none), count, queries, passages);
  }
}
