package io.sparkattention.bench.findings;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/** Numbers of rows, and what is often asked of a document's heads. */
final class Columns {

  private Columns() {}

  /** A cell; NaN where it is null. */
  static double number(Row row, int cell) {
    return row.isNullAt(cell) ? Double.NaN : ((Number) row.get(cell)).doubleValue();
  }

  /** Over all heads that have a number. */
  static double mean(double[][] heads) {
    return Arrays.stream(heads)
        .flatMapToDouble(Arrays::stream)
        .filter(each -> !Double.isNaN(each))
        .average()
        .orElse(Double.NaN);
  }

  /** Over some layers, counted from 0; the last one is left out. */
  static double mean(double[][] heads, int from, int to) {
    return mean(Arrays.copyOfRange(heads, from, to));
  }

  /** The mean of the upper half of the layers less that of the lower half. */
  static double rise(double[][] heads) {
    int half = heads.length / 2;
    return mean(heads, heads.length - half, heads.length) - mean(heads, 0, half);
  }

  /** The share of heads that reach a threshold. */
  static double share(double[][] heads, double threshold) {
    return mean(reached(heads, threshold));
  }

  /** How many heads reach a threshold. */
  static double count(double[][] heads, double threshold) {
    return Arrays.stream(reached(heads, threshold)).flatMapToDouble(Arrays::stream).sum();
  }

  private static double[][] reached(double[][] heads, double threshold) {
    return Arrays.stream(heads)
        .map(layer -> Arrays.stream(layer).map(each -> each >= threshold ? 1 : 0).toArray())
        .toArray(double[][]::new);
  }

  /** One table of heads less another. */
  static double[][] less(double[][] from, double[][] what) {
    return IntStream.range(0, from.length)
        .mapToObj(
            l ->
                IntStream.range(0, from[l].length)
                    .mapToDouble(h -> from[l][h] - what[l][h])
                    .toArray())
        .toArray(double[][]::new);
  }

  /** All heads in a row. */
  static double[] flat(double[][] heads) {
    return Arrays.stream(heads).flatMapToDouble(Arrays::stream).toArray();
  }
}
