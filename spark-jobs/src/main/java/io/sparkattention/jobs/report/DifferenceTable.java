package io.sparkattention.jobs.report;

import static io.sparkattention.udfs.work.Columns.column;

import io.sparkattention.jobs.output.OutputSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** {@link Differences} as a table, for those who compare runs by SQL. */
public final class DifferenceTable {

  public static final OutputSchema SCHEMA =
      OutputSchema.withoutProvenance(
          "report-differences",
          1,
          List.of("statistic", "level", "layer", "head"),
          List.of(
              column("statistic", DataTypes.StringType, "the column of the rows"),
              column("level", DataTypes.StringType, "document, layer or head"),
              column("layer", DataTypes.IntegerType, "from 0; null of documents"),
              column("head", DataTypes.IntegerType, "from 0 in its layer; null of layers"),
              column("documents", DataTypes.LongType, "documents that have both numbers"),
              column(
                  "difference",
                  DataTypes.DoubleType,
                  "the second run's number less the first's, the mean over documents"),
              column("low", DataTypes.DoubleType, "the lower end of its 95 % interval"),
              column("high", DataTypes.DoubleType, "the upper end")));

  private DifferenceTable() {}

  /** The table. */
  public static Dataset<Row> of(SparkSession spark, Differences differences) {
    List<Row> rows = new ArrayList<>();
    differences
        .ofDocuments()
        .forEach((name, mean) -> rows.add(row(name, "document", null, null, mean)));
    differences
        .byLayer()
        .forEach(
            (name, means) -> {
              for (int i = 0; i < means.size(); i++) {
                rows.add(row(name, "layer", differences.layers().get(i), null, means.get(i)));
              }
            });
    differences
        .byHead()
        .forEach(
            (name, means) -> {
              for (int i = 0; i < means.size(); i++) {
                HeadNumbers.Head head = differences.heads().get(i);
                rows.add(row(name, "head", head.layer(), head.head(), means.get(i)));
              }
            });
    return spark.createDataFrame(rows, SCHEMA.type());
  }

  private static Row row(
      String name, String level, Integer layer, Integer head, MeanInterval mean) {
    return RowFactory.create(
        name,
        level,
        layer,
        head,
        mean.n(),
        known(mean.mean()),
        known(mean.mean() - mean.margin()),
        known(mean.mean() + mean.margin()));
  }

  private static Double known(double number) {
    return Double.isNaN(number) ? null : (Double) number;
  }
}
