package io.sparkattention.jobs.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.udfs.LocalSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class RobustDeviationsTest {

  private static final StructType TYPE =
      StructType.fromDDL("id string, head int, tokens int, a double, same double, b double");

  /** Numbers of two heads that grow with the length, one of them planted far away. */
  private static List<Row> rows(int documents, long seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int d = 0; d < documents; d++) {
      int tokens = 20 + random.nextInt(500);
      for (int head = 0; head < 2; head++) {
        double a = (1 + head) * Math.log(tokens) + 0.1 * random.nextGaussian();
        Double b = d % 5 == 3 ? null : (Double) random.nextDouble();
        double noise = 1e-8 * random.nextDouble();
        rows.add(RowFactory.create("d" + d, head, tokens, d == 4 ? a - 2 : a, 0.125 + noise, b));
      }
    }
    return rows;
  }

  private static Dataset<Row> table(List<Row> rows, int partitions) {
    return LocalSpark.session().createDataFrame(rows, TYPE).repartition(partitions);
  }

  private static Map<String, Row> deviations(Dataset<Row> rows) {
    Map<String, Row> found = new TreeMap<>();
    RobustDeviations.of(rows, "tokens", List.of("head"), List.of("a", "same", "b"))
        .collectAsList()
        .forEach(row -> found.put(row.getAs("id") + "/" + row.getAs("head"), row));
    return found;
  }

  /** The slow way: a line by least squares, and what it leaves against its median. */
  private static double[] naive(double[] x, double[] y) {
    double mx = Arrays.stream(x).average().orElseThrow();
    double my = Arrays.stream(y).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) * (x[i] - mx);
    }
    double[] rest = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      rest[i] = y[i] - my - xy / xx * (x[i] - mx);
    }
    double median = median(rest);
    double spread = median(Arrays.stream(rest).map(each -> Math.abs(each - median)).toArray());
    return Arrays.stream(rest).map(each -> (each - median) / (1.4826 * spread)).toArray();
  }

  /** The lower one of two in the middle, as the approximate percentile takes it. */
  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) / 2];
  }

  @Test
  void areThoseOfPlainJavaHoweverRowsAreParted() {
    List<Row> rows = rows(40, 7);
    Map<String, Row> one = deviations(table(rows, 1));
    Map<String, Row> many = deviations(table(rows, 9));
    assertThat(one).hasSize(80).hasSameSizeAs(many);
    for (int head = 0; head < 2; head++) {
      int of = head;
      List<Row> own = rows.stream().filter(row -> row.getInt(1) == of).toList();
      double[] x = own.stream().mapToDouble(row -> Math.log(row.getInt(2))).toArray();
      double[] naive = naive(x, own.stream().mapToDouble(row -> row.getDouble(3)).toArray());
      for (int i = 0; i < own.size(); i++) {
        String key = own.get(i).get(0) + "/" + head;
        assertThat(one.get(key).<Double>getAs("a_deviation")).isCloseTo(naive[i], within(1e-6));
        assertThat(many.get(key).<Double>getAs("a_deviation")).isCloseTo(naive[i], within(1e-6));
      }
      assertThat(naive[4]).isLessThan(-RobustDeviations.BEYOND);
    }
  }

  @Test
  void numbersThatAreMissingOrDoNotVaryHaveNone() {
    Map<String, Row> found = deviations(table(rows(40, 8), 3));
    assertThat(found.values()).allMatch(row -> row.getAs("same_deviation") == null);
    assertThat(found.get("d3/0").<Double>getAs("b_deviation")).isNull();
    assertThat(found.get("d4/0").<Double>getAs("b_deviation")).isNotNull();
    Map<String, Row> few = deviations(table(rows(RobustDeviations.FEWEST - 1, 9), 2));
    assertThat(few.values()).allMatch(row -> row.getAs("a_deviation") == null);
  }

  @Test
  void documentsOfOneLengthAreComparedAsTheyAre() {
    List<Row> rows = new ArrayList<>();
    for (int d = 0; d < 9; d++) {
      rows.add(RowFactory.create("d" + d, 0, 50, (double) d, 1.0, 1.0));
    }
    Map<String, Row> found = deviations(table(rows, 2));
    assertThat(found.get("d4/0").<Double>getAs("a_deviation")).isCloseTo(0, within(1e-9));
    assertThat(found.get("d8/0").<Double>getAs("a_deviation"))
        .isCloseTo(4 / (1.4826 * 2), within(1e-9));
  }
}
