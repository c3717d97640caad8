package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.List;
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
 *     passage_id}, {@code text}, {@code text_problem} and {@code earlier}; {@code vector} where
 *     embeddings are named; no {@code passage_id} where none was found for a query
 * @param queries how many queries have candidates
 * @param pairs how many candidates there are
 * @param release lets go of what was kept for them
 */
public record Candidates(Dataset<Row> rows, long queries, long pairs, Runnable release) {

  public static final String QUERY_ID = "query_id";
  public static final String QUERY = "query";
  public static final String QUERY_PROBLEM = InputColumn.problemOf(QUERY);
  public static final String PASSAGE_ID = "passage_id";
  public static final String TEXT = "text";
  public static final String PROBLEM = InputColumn.problemOf(TEXT);

  /** A passage's stored embedding as bytes, see {@link StoredEmbeddings}; there may be none. */
  public static final String VECTOR = "vector";

  /** A passage's place in an earlier ranking of the query, lower ones are better; may be null. */
  public static final String EARLIER = "earlier";

  public static final String CANDIDATES = "candidates";

  Candidates(Dataset<Row> rows, long queries, long pairs) {
    this(rows, queries, pairs, () -> {});
  }

  /** The same, with something that was kept for them. */
  public Candidates releasedBy(Runnable release) {
    return new Candidates(rows, queries, pairs, release);
  }

  /**
   * Joins candidates that are named by their ids.
   *
   * @param pairs {@code query_id}, {@code passage_id}, {@code earlier} and {@link
   *     InputTable#PROBLEM}
   * @param count how many they are
   */
  static Candidates join(
      Dataset<Row> pairs, long count, Dataset<Row> queries, Dataset<Row> passages) {
    Column unread = col(InputTable.PROBLEM); // why the pair itself cannot be decoded
    Dataset<Row> joined =
        pairs
            .join(queries.withColumn("query_found", lit(true)), using(QUERY_ID), "left")
            .join(passages.withColumn("passage_found", lit(true)), using(PASSAGE_ID), "left")
            .withColumn(
                QUERY_PROBLEM, coalesce(col(QUERY_PROBLEM), missing("query", QUERY_ID, unread)))
            .withColumn(
                PROBLEM, coalesce(unread, col(PROBLEM), missing("passage", PASSAGE_ID, unread)));
    return new Candidates(joined, pairs.select(QUERY_ID).distinct().count(), count);
  }

  private static Column missing(String what, String id, Column unread) {
    Column none = concat(lit("there is none with " + id + " '"), col(id), lit("'"));
    return when(col(what + "_found").isNull(), coalesce(unread, none));
  }

  /**
   * One row a query: {@code query_id}, {@code query}, {@code query_problem}, and {@code
   * candidates}, an array of {@code passage_id}, {@code text}, {@code text_problem}, {@code
   * earlier} and, where embeddings are named, {@code vector}.
   *
   * @param rows as in {@link #rows}, some or all of them
   * @param partitions how many partitions the queries are spread over
   */
  public static Dataset<Row> byQuery(Dataset<Row> rows, int partitions) {
    boolean vectors = Arrays.asList(rows.columns()).contains(VECTOR);
    Column[] candidate =
        Stream.concat(
                Stream.of(PASSAGE_ID, TEXT, PROBLEM, EARLIER),
                vectors ? Stream.of(VECTOR) : Stream.of())
            .map(name -> col(name))
            .toArray(Column[]::new);
    return rows.repartition(partitions, col(QUERY_ID)) // grouping then moves nothing again
        .groupBy(col(QUERY_ID))
        .agg(InputColumn.sound(QUERY).as("sound"), collect_list(struct(candidate)).as(CANDIDATES))
        .select(
            col(QUERY_ID),
            col("sound.text").as(QUERY),
            col("sound.problem").as(QUERY_PROBLEM),
            col(CANDIDATES));
  }

  /** The place of a candidate in an earlier ranking; NaN if it has none. */
  public static double earlier(Row candidate) {
    Double place = candidate.getAs(EARLIER);
    return place == null ? Double.NaN : place;
  }

  static Seq<String> using(String column) {
    return CollectionConverters.asScala(List.of(column)).toSeq();
  }
}
