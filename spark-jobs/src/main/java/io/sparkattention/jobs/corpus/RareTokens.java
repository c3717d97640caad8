package io.sparkattention.jobs.corpus;

import static io.sparkattention.udfs.work.Columns.column;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.sum;

import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.statistics.RareTokenAttention;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.udfs.work.StatisticsTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;

/**
 * Whether rare tokens have larger numbers than frequent ones: {@link RareTokenAttention} of each
 * statistic, with the frequencies that tokens have in these very documents. A row a token comes to
 * the driver, of all documents together.
 */
public final class RareTokens implements CorpusTable {

  @Override
  public String name() {
    return "rare-tokens";
  }

  @Override
  public String summary() {
    return "How far the numbers of tokens go with how rare these are in the corpus";
  }

  @Override
  public List<String> unsupportedReasons(StatisticsTable statistics) {
    return statistics.level() == StatisticLevel.TOKEN
        ? List.of()
        : List.of("it counts tokens: use --level token");
  }

  @Override
  public OutputSchema schema(StatisticsTable statistics) {
    return OutputSchema.withoutProvenance(
        "attention-stats-rare-tokens",
        1,
        List.of("statistic"),
        List.of(
            column("statistic", DataTypes.StringType, "the column of the rows"),
            column("tokens", DataTypes.LongType, "how many have a number"),
            column("different", DataTypes.LongType, "how many differ as the texts spell them"),
            column(
                "correlation",
                DataTypes.DoubleType,
                "of the number with the negative logarithm of the token's share of the tokens that have one;"
                    + " null where either does not vary")));
  }

  @Override
  public Dataset<Row> of(Dataset<Row> rows, StatisticsTable statistics) {
    List<String> names = statistics.names();
    List<Column> sums = new ArrayList<>();
    for (String name : names) {
      Column number = NumberColumns.finite(name);
      sums.add(count(number));
      sums.add(sum(number));
      sums.add(sum(number.multiply(number)));
    }
    List<Row> tokens =
        rows.filter(col("token").isNotNull())
            .groupBy("token")
            .agg(sums.get(0), sums.stream().skip(1).toArray(Column[]::new))
            .collectAsList();
    List<Row> table = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      RareTokenAttention all = new RareTokenAttention();
      for (Row token : tokens) {
        int first = 1 + 3 * i; // after the token
        if (token.getLong(first) > 0) {
          all.add(
              token.getString(0),
              token.getLong(first),
              token.getDouble(first + 1),
              token.getDouble(first + 2));
        }
      }
      double found = all.correlation();
      table.add(
          RowFactory.create(
              names.get(i),
              all.tokens(),
              (long) all.different(),
              Double.isNaN(found) ? null : (Double) found));
    }
    return rows.sparkSession().createDataFrame(table, schema(statistics).type());
  }

  @Override
  public List<String> notes(Dataset<Row> table) {
    return table.orderBy("statistic").collectAsList().stream()
        .flatMap(
            row ->
                row.isNullAt(3)
                    ? Stream.empty()
                    : Stream.of(
                        String.format(
                            Locale.ROOT,
                            "%s goes with how rare a token is by r = %.2f over %d tokens, %d"
                                + " different",
                            row.getString(0),
                            row.getDouble(3),
                            row.getLong(1),
                            row.getLong(2))))
        .toList();
  }
}
