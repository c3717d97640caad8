package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;

import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.config.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * What summaries are made of: documents each for itself, or groups of documents; with queries where
 * a column of them is named.
 *
 * @param rows one row a document: {@value #ID} of its group, or of itself, {@value #DOCUMENT}, its
 *     text and why that cannot be used, the query and why that cannot be used
 * @param grouping whether documents are grouped
 * @param count how many groups there are, or documents where they are not grouped
 */
public record Sources(Dataset<Row> rows, Grouping grouping, long count) {

  /** Whether documents are grouped. */
  public enum Grouping {
    /** Each document is summarized for itself. */
    NONE,
    /** Documents of one group share a summary. */
    BY_COLUMN
  }

  public static final String ID = Documents.ID;
  public static final String DOCUMENT = "document";
  public static final String TEXT = Documents.TEXT;
  public static final String PROBLEM = Documents.PROBLEM;
  public static final String QUERY = "query";
  public static final String QUERY_PROBLEM = InputColumn.problemOf(QUERY);
  public static final String DOCUMENTS = "documents";

  public static final JobOption<String> GROUP_COLUMN =
      JobOption.optional(
          "group-column",
          OptionType.COLUMN,
          "The column that names a document's group; a group's documents share one summary");
  public static final JobOption<String> QUERY_COLUMN =
      JobOption.optional(
          "query-column",
          OptionType.COLUMN,
          "The column of what the summary is to answer; a group has one query");

  /** What a job that reads sources declares. */
  public static final List<JobOption<?>> OPTIONS =
      Stream.concat(Documents.OPTIONS.stream(), Stream.of(GROUP_COLUMN, QUERY_COLUMN)).toList();

  private static final String GROUP = "group";

  /** Finds the sources; empty after noting every reason why they cannot be used. */
  public static Optional<Sources> read(
      InputReader reader, JobSettings settings, Problems problems) {
    boolean grouped = settings.optional(GROUP_COLUMN).isPresent();
    boolean asked = settings.optional(QUERY_COLUMN).isPresent();
    List<InputColumn> columns = new ArrayList<>(Documents.COLUMNS);
    List<IdRule> rules = new ArrayList<>();
    if (grouped) {
      columns.add(InputColumn.keyOrBrokenRow(GROUP, GROUP_COLUMN));
    }
    if (asked) {
      columns.add(InputColumn.text(QUERY, QUERY_COLUMN));
    }
    if (grouped && asked) {
      rules.add(IdRule.oneText(GROUP, QUERY));
    }
    return KeyedRows.read(reader, settings, Documents.INPUT, DOCUMENTS, columns, rules, problems)
        .map(found -> new Sources(sources(found.rows(), grouped, asked), found, grouped));
  }

  private Sources(Dataset<Row> rows, KeyedRows found, boolean grouped) {
    this(
        rows,
        grouped ? Grouping.BY_COLUMN : Grouping.NONE,
        grouped ? rows.select(ID).distinct().count() : found.count());
  }

  private static Dataset<Row> sources(Dataset<Row> rows, boolean grouped, boolean asked) {
    Column none = lit(null).cast(DataTypes.StringType);
    return rows.select(
        col(grouped ? GROUP : Documents.ID).as(ID),
        col(Documents.ID).as(DOCUMENT),
        col(TEXT),
        col(PROBLEM),
        (asked ? col(QUERY) : none).as(QUERY),
        (asked ? col(QUERY_PROBLEM) : none).as(QUERY_PROBLEM));
  }

  /**
   * One row a source: {@value #ID}, {@value #QUERY}, its problem, and {@value #DOCUMENTS}, an array
   * of {@value #DOCUMENT}, {@value #TEXT} and its problem, in the order of the documents' ids.
   *
   * @param some as in {@link #rows}, some or all of them
   * @param partitions how many partitions the sources are spread over
   */
  public Dataset<Row> units(Dataset<Row> some, int partitions) {
    Column document = struct(col(DOCUMENT), col(TEXT), col(PROBLEM));
    return switch (grouping) {
      case NONE ->
          some.repartition(partitions)
              .select(col(ID), col(QUERY), col(QUERY_PROBLEM), array(document).as(DOCUMENTS));
      case BY_COLUMN ->
          some.repartition(partitions, col(ID)) // grouping then moves nothing again
              .groupBy(col(ID))
              .agg(
                  InputColumn.sound(QUERY).as("sound"),
                  sort_array(collect_list(document)).as(DOCUMENTS))
              .select(
                  col(ID),
                  col("sound.text").as(QUERY),
                  col("sound.problem").as(QUERY_PROBLEM),
                  col(DOCUMENTS));
    };
  }
}
