package io.sparkattention.udfs.function;

import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.function.ResultColumn.ColumnName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The functions for Java and Scala: each adds a column of results to the rows of a dataset, lazily
 * and in streams too. The session needs no extension for them.
 *
 * <p>Options are those of the SQL functions, and the names of columns. All of them are checked at
 * once, before anything is computed; what is wrong is told by a {@link
 * io.sparkattention.udfs.config.UsageException}.
 */
public final class SparkAttention {

  /** The column with the texts, or with the passages of queries. */
  public static final JobOption<String> TEXT_COLUMN =
      JobOption.withDefault("text-column", OptionType.COLUMN, "text", "The column to read");

  /** The column with the queries. */
  public static final JobOption<String> QUERY_COLUMN =
      JobOption.withDefault("query-column", OptionType.COLUMN, "query", "The column of queries");

  /** The column to add. */
  public static final JobOption<String> OUTPUT_COLUMN =
      JobOption.optional("output-column", OptionType.COLUMN, "The column to add");

  private SparkAttention() {}

  /** Brings the SQL functions to a session that runs already; again does nothing. */
  public static void register(SparkSession spark) {
    SparkAttentionExtensions.addTo(spark);
  }

  /** Rows with a column {@code summary}: struct of the summary of each text. */
  public static Dataset<Row> summarize(Dataset<?> rows, Map<String, String> options) {
    return with(rows, BatchedFunctions.SUMMARIZE, List.of(TEXT_COLUMN), "summary", options);
  }

  /** The same for Scala. */
  public static Dataset<Row> summarize(
      Dataset<?> rows, scala.collection.Map<String, String> options) {
    return summarize(rows, CollectionConverters.asJava(options));
  }

  /** Rows with a column {@code relevance}: struct of the score of each passage for its query. */
  public static Dataset<Row> rerank(Dataset<?> rows, Map<String, String> options) {
    return with(
        rows,
        BatchedFunctions.RERANK_SCORE,
        List.of(QUERY_COLUMN, TEXT_COLUMN),
        "relevance",
        options);
  }

  /** The same for Scala. */
  public static Dataset<Row> rerank(Dataset<?> rows, scala.collection.Map<String, String> options) {
    return rerank(rows, CollectionConverters.asJava(options));
  }

  /** Rows with a column {@code embedding}: struct of the vector of each text. */
  public static Dataset<Row> embed(Dataset<?> rows, Map<String, String> options) {
    return with(rows, BatchedFunctions.EMBED, List.of(TEXT_COLUMN), "embedding", options);
  }

  /** The same for Scala. */
  public static Dataset<Row> embed(Dataset<?> rows, scala.collection.Map<String, String> options) {
    return embed(rows, CollectionConverters.asJava(options));
  }

  /** Rows with a column {@code attention}: struct of the statistics of each text. */
  public static Dataset<Row> attentionStats(Dataset<?> rows, Map<String, String> options) {
    return with(rows, BatchedFunctions.ATTENTION_STATS, List.of(TEXT_COLUMN), "attention", options);
  }

  /** The same for Scala. */
  public static Dataset<Row> attentionStats(
      Dataset<?> rows, scala.collection.Map<String, String> options) {
    return attentionStats(rows, CollectionConverters.asJava(options));
  }

  private static Dataset<Row> with(
      Dataset<?> rows,
      BatchedFunction function,
      List<JobOption<String>> inputs,
      String output,
      Map<String, String> options) {
    Map<String, String> ofCall = new TreeMap<>(options);
    List<ColumnName> names = new ArrayList<>();
    for (JobOption<String> input : inputs) {
      names.add(name(input, input.defaultText(), ofCall));
    }
    return new ResultColumn(function, names, name(OUTPUT_COLUMN, output, ofCall), ofCall)
        .addedTo(rows);
  }

  private static ColumnName name(
      JobOption<String> option, String otherwise, Map<String, String> options) {
    String given = options.remove(option.name());
    return new ColumnName(given == null ? otherwise : given, option.name());
  }
}
