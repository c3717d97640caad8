package io.sparkattention.udfs.function;

import io.sparkattention.registry.Spelling;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.config.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
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
    return with(rows, new SummarizeFunction(), List.of(TEXT_COLUMN), "summary", options);
  }

  /** The same for Scala. */
  public static Dataset<Row> summarize(
      Dataset<?> rows, scala.collection.Map<String, String> options) {
    return summarize(rows, CollectionConverters.asJava(options));
  }

  /** Rows with a column {@code relevance}: struct of the score of each passage for its query. */
  public static Dataset<Row> rerank(Dataset<?> rows, Map<String, String> options) {
    return with(
        rows, new RerankScoreFunction(), List.of(QUERY_COLUMN, TEXT_COLUMN), "relevance", options);
  }

  /** The same for Scala. */
  public static Dataset<Row> rerank(Dataset<?> rows, scala.collection.Map<String, String> options) {
    return rerank(rows, CollectionConverters.asJava(options));
  }

  /** Rows with a column {@code embedding}: struct of the vector of each text. */
  public static Dataset<Row> embed(Dataset<?> rows, Map<String, String> options) {
    return with(rows, new EmbedFunction(), List.of(TEXT_COLUMN), "embedding", options);
  }

  /** The same for Scala. */
  public static Dataset<Row> embed(Dataset<?> rows, scala.collection.Map<String, String> options) {
    return embed(rows, CollectionConverters.asJava(options));
  }

  /** Rows with a column {@code attention}: struct of the statistics of each text. */
  public static Dataset<Row> attentionStats(Dataset<?> rows, Map<String, String> options) {
    return with(rows, new AttentionStatsFunction(), List.of(TEXT_COLUMN), "attention", options);
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
    register(rows.sparkSession());
    List<JobOption<String>> columns = new ArrayList<>(inputs);
    columns.add(OUTPUT_COLUMN);
    Problems problems = new Problems();
    Map<String, String> configuration =
        CollectionConverters.asJava(rows.sparkSession().conf().getAll());
    CallSettings.settle(function, options, columns, configuration, problems);
    Map<String, String> ofCall = new TreeMap<>(options);
    String added = Optional.ofNullable(ofCall.remove(OUTPUT_COLUMN.name())).orElse(output);
    List<String> present = List.of(rows.columns());
    if (present.stream().anyMatch(added::equalsIgnoreCase)) {
      problems.add("the rows have a column '" + added + "' already: name another by output-column");
    }
    List<Column> arguments = new ArrayList<>();
    for (JobOption<String> input : inputs) {
      String named = Optional.ofNullable(ofCall.remove(input.name())).orElse(input.defaultText());
      problems.check(() -> arguments.add(column(rows, named, input)));
    }
    problems.throwIfAny();
    arguments.add(constant(ofCall));
    return rows.withColumn(
        added, functions.call_function(function.name(), arguments.toArray(Column[]::new)));
  }

  private static Column column(Dataset<?> rows, String name, JobOption<String> option) {
    List<String> present = List.of(rows.columns());
    String plain = name.replace("`", "");
    String struct = plain.split("\\.", 2)[0]; // where the name is that of a field
    if (present.stream().noneMatch(plain::equalsIgnoreCase)
        && present.stream().noneMatch(struct::equalsIgnoreCase)) {
      throw new IllegalArgumentException(
          "the rows have no column '"
              + name
              + "'"
              + Spelling.hint(name, present)
              + ": name it by "
              + option.name()
              + "; there are "
              + String.join(", ", new TreeSet<>(present)));
    }
    return functions.col(name);
  }

  private static Column constant(Map<String, String> options) {
    List<Column> entries = new ArrayList<>();
    options.forEach(
        (key, value) -> {
          entries.add(functions.lit(key));
          entries.add(functions.lit(value));
        });
    return functions.map(entries.toArray(Column[]::new));
  }
}
