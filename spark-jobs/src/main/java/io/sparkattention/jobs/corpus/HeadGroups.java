package io.sparkattention.jobs.corpus;

import static io.sparkattention.udfs.work.Columns.column;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.countDistinct;

import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.statistics.HeadPlace;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.statistics.matrix.HeadClusters;
import io.sparkattention.udfs.work.StatisticsTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;

/**
 * Groups of heads that attend alike over all documents: {@link HeadClusters} of the mean distances
 * of pairs, cut where the groups have the greatest silhouette (Rousseeuw, J. Comput. Appl. Math.
 * 20, 1987) among the deciles of the distances.
 */
public final class HeadGroups implements CorpusTable {

  private static final int CUTS = 10;
  private static final int MOST_HEADS = 1200; // their pairs come to the driver

  @Override
  public String name() {
    return "clusters";
  }

  @Override
  public String summary() {
    return "Groups of heads that attend alike";
  }

  @Override
  public List<String> unsupportedReasons(StatisticsTable statistics) {
    return statistics.level() == StatisticLevel.PAIR
        ? List.of()
        : List.of("it groups heads by how far pairs of them are apart: use --level pair");
  }

  @Override
  public OutputSchema schema(StatisticsTable statistics) {
    return OutputSchema.withoutProvenance(
        "attention-stats-clusters",
        1,
        List.of("statistic", "layer", "head"),
        List.of(
            column("statistic", DataTypes.StringType, "the column of the rows"),
            column("layer", DataTypes.IntegerType, "counts from 0"),
            column("head", DataTypes.IntegerType, "counts from 0 in its layer"),
            column("cluster", DataTypes.IntegerType, "from 0, by its first head"),
            column("heads", DataTypes.IntegerType, "heads in that cluster"),
            column("cut", DataTypes.DoubleType, "clusters are at least so far apart"),
            column(
                "silhouette",
                DataTypes.DoubleType,
                "how well all clusters are apart, from -1 to 1; below some 0.25 hardly")));
  }

  @Override
  public Dataset<Row> of(Dataset<Row> rows, StatisticsTable statistics) {
    Dataset<Row> pairs = rows.filter(col("layer").isNotNull());
    List<Row> table = new ArrayList<>();
    for (String name : statistics.names()) {
      table.addAll(groups(name, means(pairs, name)));
    }
    return rows.sparkSession().createDataFrame(table, schema(statistics).type());
  }

  private static List<Row> means(Dataset<Row> pairs, String name) {
    List<Row> means =
        pairs
            .groupBy("layer", "head", "other_layer", "other_head")
            .agg(avg(NumberColumns.finite(name)))
            .filter(col("layer").isNotNull())
            .limit(MOST_HEADS * MOST_HEADS)
            .collectAsList();
    return means.stream().filter(row -> !row.isNullAt(4)).toList();
  }

  private static List<Row> groups(String name, List<Row> means) {
    TreeSet<HeadPlace> places = new TreeSet<>();
    means.forEach(row -> places.addAll(List.of(place(row, 0), place(row, 2))));
    List<HeadPlace> heads = List.copyOf(places);
    if (heads.size() < 3 || heads.size() > MOST_HEADS) {
      return List.of();
    }
    double[][] distances = new double[heads.size()][heads.size()];
    for (double[] row : distances) {
      Arrays.fill(row, Double.NaN);
    }
    for (int h = 0; h < heads.size(); h++) {
      distances[h][h] = 0;
    }
    double[] all = means.stream().mapToDouble(row -> row.getDouble(4)).sorted().toArray();
    Map<HeadPlace, Integer> numbers = new HashMap<>();
    heads.forEach(head -> numbers.put(head, numbers.size()));
    for (Row row : means) {
      int one = numbers.get(place(row, 0));
      int other = numbers.get(place(row, 2));
      distances[one][other] = row.getDouble(4);
      distances[other][one] = row.getDouble(4);
    }
    int[] best = new int[heads.size()];
    double cut = Double.NaN;
    double silhouette = Double.NEGATIVE_INFINITY;
    for (int i = 1; i < CUTS; i++) {
      double at = all[(int) ((long) i * all.length / CUTS)];
      int[] groups = HeadClusters.of(distances, at);
      double found = silhouette(distances, groups);
      if (found > silhouette) {
        silhouette = found;
        best = groups;
        cut = at;
      }
    }
    return rows(name, heads, best, cut, silhouette);
  }

  private static HeadPlace place(Row row, int first) {
    return new HeadPlace(row.getInt(first), row.getInt(first + 1));
  }

  private static List<Row> rows(
      String name, List<HeadPlace> heads, int[] groups, double cut, double silhouette) {
    boolean cuts = Double.isFinite(silhouette);
    List<Row> rows = new ArrayList<>();
    for (int h = 0; h < heads.size(); h++) {
      int own = groups[h];
      rows.add(
          RowFactory.create(
              name,
              heads.get(h).layer(),
              heads.get(h).head(),
              own,
              (int) Arrays.stream(groups).filter(each -> each == own).count(),
              cuts ? (Double) cut : null,
              cuts ? (Double) silhouette : null));
    }
    return rows;
  }

  /** Of groups by the distances of their members; negative infinity of a single group. */
  static double silhouette(double[][] distances, int[] groups) {
    int count = Arrays.stream(groups).max().orElse(0) + 1;
    if (count < 2 || count == groups.length) {
      return Double.NEGATIVE_INFINITY;
    }
    double sum = 0;
    for (int a = 0; a < groups.length; a++) {
      double[] sums = new double[count];
      int[] sizes = new int[count];
      for (int b = 0; b < groups.length; b++) {
        if (a != b && !Double.isNaN(distances[a][b])) {
          sums[groups[b]] += distances[a][b];
          sizes[groups[b]]++;
        }
      }
      double nearest = Double.POSITIVE_INFINITY;
      for (int g = 0; g < count; g++) {
        nearest = g == groups[a] || sizes[g] == 0 ? nearest : Math.min(nearest, sums[g] / sizes[g]);
      }
      double own = sums[groups[a]] / sizes[groups[a]]; // NaN for one alone, which counts as 0
      double wide = Math.max(own, nearest);
      // A head whose distances to all other groups are missing has no nearest one: it counts as 0.
      boolean alone = sizes[groups[a]] == 0 || Double.isInfinite(nearest);
      sum += alone || !(wide > 0) ? 0 : (nearest - own) / wide;
    }
    return sum / groups.length;
  }

  @Override
  public List<String> notes(Dataset<Row> table) {
    List<Row> found =
        table
            .groupBy("statistic", "silhouette")
            .agg(countDistinct("cluster"))
            .orderBy("statistic")
            .collectAsList();
    if (found.isEmpty()) {
      return List.of("Clusters: not told, of 3 to %d heads only".formatted(MOST_HEADS));
    }
    return found.stream()
        .map(
            row ->
                row.isNullAt(1)
                    ? "Clusters by " + row.getString(0) + ": heads lie too evenly to be told apart"
                    : String.format(
                        Locale.ROOT,
                        "Clusters by %s: %d, with a silhouette of %.2f",
                        row.getString(0),
                        row.getLong(2),
                        row.getDouble(1)))
        .toList();
  }
}
