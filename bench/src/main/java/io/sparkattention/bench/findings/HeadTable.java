package io.sparkattention.bench.findings;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What attention-stats wrote of heads.
 *
 * @param layers of the model
 * @param heads of a layer
 * @param documents by their ids, the numbers of each: by column, [layer][head]
 */
record HeadTable(int layers, int heads, Map<String, Map<String, double[][]>> documents) {

  /** The tokens that were read of a document, as a table of one number. */
  static final String TOKENS = "tokens_in";

  /** Reads a table of level head; rows with an error are left out. */
  static HeadTable read(SparkSession spark, String path) {
    Dataset<Row> table = spark.read().parquet(path);
    List<Row> rows = table.filter("error is null").orderBy("id").collectAsList();
    List<String> names = Arrays.asList(table.columns());
    int id = names.indexOf("id");
    int layer = names.indexOf("layer");
    int head = names.indexOf("head");
    List<String> statistics = names.subList(head + 1, names.indexOf("model"));
    int layers = 1 + rows.stream().mapToInt(row -> row.getInt(layer)).max().orElseThrow();
    int heads = 1 + rows.stream().mapToInt(row -> row.getInt(head)).max().orElseThrow();
    Map<String, Map<String, double[][]>> documents = new LinkedHashMap<>();
    for (Row row : rows) {
      Map<String, double[][]> numbers =
          documents.computeIfAbsent(row.getString(id), key -> new LinkedHashMap<>());
      numbers.put(TOKENS, new double[][] {{Columns.number(row, names.indexOf(TOKENS))}});
      for (String statistic : statistics) {
        double number = Columns.number(row, names.indexOf(statistic));
        numbers
                .computeIfAbsent(statistic, key -> new double[layers][heads])[row.getInt(layer)][
                row.getInt(head)] =
            number;
      }
    }
    return new HeadTable(layers, heads, documents);
  }

  /** A number for each document, from what it has of one statistic. */
  double[] each(String statistic, ToDoubleFunction<double[][]> number) {
    return documents.values().stream()
        .mapToDouble(numbers -> number.applyAsDouble(of(numbers, statistic)))
        .toArray();
  }

  private static double[][] of(Map<String, double[][]> numbers, String statistic) {
    double[][] found = numbers.get(statistic);
    if (found == null) {
      throw new IllegalArgumentException(
          "no column " + statistic + ", but " + String.join(", ", numbers.keySet()));
    }
    return found;
  }

  /** A number for each document, from all that it has. */
  double[] all(ToDoubleFunction<Map<String, double[][]>> number) {
    return documents.values().stream().mapToDouble(number).toArray();
  }

  /** The mean over documents of each head, [layer][head]. */
  double[][] means(String statistic) {
    double[][] means = new double[layers][heads];
    for (int l = 0; l < layers; l++) {
      for (int h = 0; h < heads; h++) {
        int place = h;
        int level = l;
        means[l][h] =
            Arrays.stream(each(statistic, of -> of[level][place])).average().orElse(Double.NaN);
      }
    }
    return means;
  }
}
