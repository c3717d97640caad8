package io.sparkattention.jobs.corpus;

import static io.sparkattention.udfs.work.Columns.column;
import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sqrt;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.udfs.work.StatisticsTable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Flags documents whose statistics lie far from those of the others, such as texts whose words were
 * shuffled or whose passages repeat. {@link RobustDeviations} says how far is meant.
 *
 * <p>At level document a statistic's deviation is that of the document's number. At level head each
 * head is compared with itself in the other documents first; a document's number is then the root
 * of the mean square of its heads' deviations, each counted up to {@value #MOST}, which sees heads
 * that change in opposite directions. A document counts as far to either side of the others, but of
 * heads only to the far side: one whose heads are all where they mostly are is not unlike the
 * others. A flag says that a document is unlike the others, not why.
 */
public final class DocumentOutliers implements CorpusTable {

  private static final double MOST = 4;
  private static final String ID = "id";
  private static final String TOKENS = "tokens_in";
  private static final List<String> HEAD = List.of("layer", "head");
  private static final Set<StatisticLevel> LEVELS =
      EnumSet.of(StatisticLevel.DOCUMENT, StatisticLevel.HEAD, StatisticLevel.CORPUS);

  @Override
  public String name() {
    return "outliers";
  }

  @Override
  public String summary() {
    return "A flag for each document that is unlike the others, and how far each statistic is";
  }

  @Override
  public List<String> unsupportedReasons(StatisticsTable statistics) {
    return LEVELS.contains(statistics.level())
        ? List.of()
        : List.of("it needs numbers of documents or heads: use --level document or head");
  }

  @Override
  public OutputSchema schema(StatisticsTable statistics) {
    List<StructField> columns = new ArrayList<>();
    columns.add(column(ID, DataTypes.StringType, "names the document"));
    columns.add(column(TOKENS, DataTypes.IntegerType, "tokens that were read"));
    columns.add(
        column(
            "outlier",
            DataTypes.BooleanType,
            "whether it is unlike the others: farther than 3.5 deviations; null where no number"
                + " tells"));
    columns.add(
        column(
            "deviation",
            DataTypes.DoubleType,
            "of the statistic that is farthest: of documents unsigned; of heads below 0 where they"
                + " are nearer to themselves than in most documents"));
    columns.add(column("farthest", DataTypes.StringType, "the column of that statistic"));
    for (String name : statistics.names()) {
      columns.add(
          column(
              RobustDeviations.column(name),
              DataTypes.DoubleType,
              "how far it lies from the median of the documents, in robust deviations, its length"
                  + " taken into account"));
    }
    return OutputSchema.withoutProvenance("attention-stats-outliers", 1, List.of(ID), columns);
  }

  @Override
  public Dataset<Row> of(Dataset<Row> rows, StatisticsTable statistics) {
    List<String> names = statistics.names();
    Dataset<Row> documents =
        statistics.level() == StatisticLevel.DOCUMENT
            ? rows.select(columns(names, NumberColumns::finite))
            : ofHeads(rows, names);
    Dataset<Row> far = RobustDeviations.of(documents, TOKENS, List.of(), names);
    boolean ofDocuments = statistics.level() == StatisticLevel.DOCUMENT;
    Column[] sizes = new Column[names.size()];
    for (int i = 0; i < sizes.length; i++) {
      Column deviation = NumberColumns.named(RobustDeviations.column(names.get(i)));
      sizes[i] =
          when(
              deviation.isNotNull(),
              struct(
                  (ofDocuments ? abs(deviation) : deviation).as("size"),
                  lit(names.get(i)).as("name")));
    }
    List<Column> columns = new ArrayList<>(List.of(col(ID), col(TOKENS)));
    columns.add(col("_farthest.size").gt(RobustDeviations.BEYOND).as("outlier"));
    columns.add(col("_farthest.size").as("deviation"));
    columns.add(col("_farthest.name").as("farthest"));
    names.forEach(name -> columns.add(NumberColumns.named(RobustDeviations.column(name))));
    return far.withColumn("_farthest", array_max(array(sizes)))
        .select(columns.toArray(Column[]::new));
  }

  /** One row a document, with how far its heads are from themselves in the others. */
  private static Dataset<Row> ofHeads(Dataset<Row> rows, List<String> names) {
    Column[] columns = columns(names, NumberColumns::finite);
    Column[] withPlace = new Column[columns.length + 2];
    System.arraycopy(columns, 0, withPlace, 0, columns.length);
    withPlace[columns.length] = col("layer");
    withPlace[columns.length + 1] = col("head");
    Dataset<Row> sound = rows.select(withPlace);
    Dataset<Row> far = RobustDeviations.of(sound.filter("layer is not null"), TOKENS, HEAD, names);
    List<Column> means = new ArrayList<>();
    for (String name : names) {
      Column deviation = least(abs(NumberColumns.named(RobustDeviations.column(name))), lit(MOST));
      means.add(sqrt(avg(deviation.multiply(deviation))).as(name));
    }
    Dataset<Row> documents =
        far.groupBy(ID)
            .agg(max(TOKENS).as(TOKENS), means.toArray(Column[]::new))
            .select(columns(names, NumberColumns::named));
    return documents.union(sound.filter("layer is null").select(columns));
  }

  private static Column[] columns(List<String> names, Function<String, Column> numbers) {
    List<Column> columns = new ArrayList<>(List.of(col(ID), col(TOKENS)));
    names.forEach(name -> columns.add(numbers.apply(name).as(name)));
    return columns.toArray(Column[]::new);
  }

  @Override
  public List<String> notes(Dataset<Row> table) {
    Row counts = table.agg(count(col("outlier")), count_if(col("outlier"))).first();
    return List.of(
        counts.getLong(0) == 0
            ? "Outliers: not told, since fewer than %d documents have numbers, or most the same"
                .formatted(RobustDeviations.FEWEST)
            : "Outliers: %d of %d documents are unlike the others"
                .formatted(counts.getLong(1), counts.getLong(0)));
  }
}
