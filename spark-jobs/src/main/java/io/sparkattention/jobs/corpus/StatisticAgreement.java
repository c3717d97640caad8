package io.sparkattention.jobs.corpus;

import static io.sparkattention.udfs.work.Columns.column;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;

import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.statistics.ExplainerAgreement;
import io.sparkattention.statistics.ExplainerAgreement.Agreement;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.udfs.work.StatisticsTable;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;

/**
 * How far statistics agree on which tokens of a document, or which heads, matter: {@link
 * ExplainerAgreement}. A statistic that is read as an explanation is read beside its correlation
 * with {@code token-ablation} or {@code head-ablation}, which ask the model itself.
 */
public final class StatisticAgreement implements CorpusTable {

  private static final String ABLATION = "_ablation";
  private static final int DEPTH = 3; // of the tree in which partitions merge

  @Override
  public String name() {
    return "agreement";
  }

  @Override
  public String summary() {
    return "The rank correlation of each two statistics";
  }

  @Override
  public List<String> unsupportedReasons(StatisticsTable statistics) {
    if (statistics.level() == StatisticLevel.DOCUMENT
        || statistics.level() == StatisticLevel.PAIR) {
      return List.of("it ranks the tokens or the heads of a document: use --level token or head");
    }
    return statistics.names().size() < 2
        ? List.of("one statistic agrees with itself: ask for two or more, such as token-ablation")
        : List.of();
  }

  @Override
  public OutputSchema schema(StatisticsTable statistics) {
    return OutputSchema.withoutProvenance(
        "attention-stats-agreement",
        1,
        List.of("statistic", "other"),
        List.of(
            column("statistic", DataTypes.StringType, "the column of the rows"),
            column("other", DataTypes.StringType, "the one that it is compared with"),
            column(
                "documents", DataTypes.LongType, "documents in which both have numbers that vary"),
            column(
                "correlation",
                DataTypes.DoubleType,
                "Spearman's rank correlation within a document, the mean over documents"),
            column("low", DataTypes.DoubleType, "the lower end of its 95 % interval"),
            column("high", DataTypes.DoubleType, "the upper end")));
  }

  @Override
  public Dataset<Row> of(Dataset<Row> rows, StatisticsTable statistics) {
    List<String> names = statistics.names();
    Column[] numbers = names.stream().map(NumberColumns::finite).toArray(Column[]::new);
    String place = statistics.level() == StatisticLevel.TOKEN ? "position" : "layer";
    JavaRDD<ExplainerAgreement> parts =
        rows.filter(col(place).isNotNull())
            .groupBy("id")
            .agg(collect_list(array(numbers)).as("numbers"))
            .select("numbers")
            .toJavaRDD()
            .mapPartitions(documents -> List.of(agreement(documents, names)).iterator());
    ExplainerAgreement all =
        parts.treeAggregate(
            new ExplainerAgreement(names),
            StatisticAgreement::merged,
            StatisticAgreement::merged,
            DEPTH);
    List<Row> table = all.agreements().stream().flatMap(each -> both(each)).toList();
    return rows.sparkSession().createDataFrame(table, schema(statistics).type());
  }

  private static ExplainerAgreement agreement(Iterator<Row> documents, List<String> names) {
    ExplainerAgreement agreement = new ExplainerAgreement(names);
    documents.forEachRemaining(document -> agreement.add(numbers(document, names.size())));
    return agreement;
  }

  private static ExplainerAgreement merged(ExplainerAgreement all, ExplainerAgreement more) {
    all.merge(more);
    return all;
  }

  /** By statistic, those of the tokens or heads of a document. */
  private static double[][] numbers(Row document, int statistics) {
    List<scala.collection.Seq<Double>> rows = document.getList(0);
    double[][] numbers = new double[statistics][rows.size()];
    for (int r = 0; r < rows.size(); r++) {
      for (int i = 0; i < statistics; i++) {
        Object number = rows.get(r).apply(i);
        numbers[i][r] = number == null ? Double.NaN : (Double) number;
      }
    }
    return numbers;
  }

  /** In both directions, so that a statistic is found in one column. */
  private static Stream<Row> both(Agreement each) {
    return Stream.of(
        row(each.first(), each.second(), each), row(each.second(), each.first(), each));
  }

  private static Row row(String statistic, String other, Agreement each) {
    Double low = each.correlation().low();
    Double high = each.correlation().high();
    return RowFactory.create(
        statistic,
        other,
        each.correlation().count(),
        each.correlation().mean(),
        low.isNaN() ? null : low,
        high.isNaN() ? null : high);
  }

  @Override
  public List<String> notes(Dataset<Row> table) {
    List<String> notes =
        table
            .filter(col("other").contains(ABLATION))
            .orderBy("other", "statistic")
            .collectAsList()
            .stream()
            .map(StatisticAgreement::note)
            .toList();
    return notes.isEmpty()
        ? List.of(
            "Agreement: ask for token-ablation or head-ablation too, to compare with the model")
        : notes;
  }

  private static String note(Row row) {
    String interval =
        row.isNullAt(4)
            ? ""
            : String.format(Locale.ROOT, " (%.2f to %.2f)", row.getDouble(4), row.getDouble(5));
    return String.format(
        Locale.ROOT,
        "%s ranks as %s does with ρ = %.2f%s over %d documents",
        row.getString(0),
        row.getString(1),
        row.getDouble(3),
        interval,
        row.getLong(2));
  }
}
