package io.sparkattention.bench.findings;

import static io.sparkattention.bench.findings.Columns.count;
import static io.sparkattention.bench.findings.Columns.flat;
import static io.sparkattention.bench.findings.Columns.share;

import io.sparkattention.statistics.matrix.RankCorrelation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What follows from the statistics that cost more, of fewer documents. */
final class CostlyFindings {

  private static final double LOSS = 0.01; // of the likeness of embeddings
  private static final double RETRIEVES = 0.1;

  private final SparkSession spark;
  private final String model;
  private final Path folder;
  private final List<Finding> found = new ArrayList<>();

  private CostlyFindings(SparkSession spark, String model, Path folder) {
    this.spark = spark;
    this.model = model;
    this.folder = folder;
  }

  /** All findings of the tables that lie in a model's folder. */
  static List<Finding> of(SparkSession spark, String model, Path folder) {
    CostlyFindings findings = new CostlyFindings(spark, model, folder);
    findings.ifThere("heads", path -> findings.heads(HeadTable.read(spark, path)));
    findings.ifThere(
        "pieces",
        path -> findings.found.addAll(WeightFindings.ofPieces(model, HeadTable.read(spark, path))));
    findings.ifThere("pairs", path -> findings.pairs(PairTable.read(spark, path)));
    findings.ifThere("ablation", path -> findings.ablation(HeadTable.read(spark, path)));
    findings.ifThere("documents", findings::documents);
    findings.ifThere("tokens", path -> findings.found.addAll(TokenFindings.of(spark, model, path)));
    return findings.found;
  }

  private void ifThere(String table, Consumer<String> read) {
    Path path = folder.resolve(table);
    if (Files.exists(path.resolve("_SUCCESS"))) {
      read.accept(path.toString());
    }
  }

  private void heads(HeadTable table) {
    each(table, Quantity.OUTPUT_DIMENSIONS, "output_dimensions", Columns::mean);
    each(table, Quantity.KEY_DIMENSIONS, "key_dimensions", Columns::mean);
    each(table, Quantity.LOGIT_RANK, "logit_rank", Columns::mean);
    each(table, Quantity.COVERAGE, "coverage_keys", Columns::mean);
    each(table, Quantity.COVERAGE_SPREAD, "coverage_keys", CostlyFindings::spread);
    each(table, Quantity.TOP_SIXTEEN, "top_k_mass", Columns::mean);
    each(table, Quantity.MASSIVE_KEYS, "massive_query_key_of_keys_lambda_5_0", Columns::mean);
    each(table, Quantity.MASSIVE_QUERIES, "massive_query_key_of_queries_lambda_5_0", Columns::mean);
    each(table, Quantity.MASSIVE_VALUES, "massive_query_key_of_values_lambda_5_0", Columns::mean);
    each(table, Quantity.TOPIC_GAP, "topic_gap", Columns::mean);
    ofModel(table, Quantity.RETRIEVAL_HEADS, "retrieval_score", all -> share(all, RETRIEVES));
    ofModel(table, Quantity.RETRIEVAL_TOP, "retrieval_score", CostlyFindings::highest);
    ofModel(table, Quantity.INDUCTION_TOP, "induction_score", CostlyFindings::highest);
  }

  private static double highest(double[][] heads) {
    return Arrays.stream(flat(heads)).max().orElse(Double.NaN);
  }

  /** From the head below which 5 % of the heads are to the one above which 5 % are. */
  private static double spread(double[][] heads) {
    double[] sorted = Arrays.stream(flat(heads)).sorted().toArray();
    int tail = (int) Math.round(0.05 * (sorted.length - 1));
    return sorted[sorted.length - 1 - tail] - sorted[tail];
  }

  private void pairs(PairTable table) {
    double[] within = numbers(table.within().values());
    double[] between = numbers(table.between().values());
    double[] difference = new double[within.length];
    Arrays.setAll(difference, i -> between[i] - within[i]);
    found.add(Finding.of(model, Quantity.WITHIN_LAYER, within));
    found.add(Finding.of(model, Quantity.BETWEEN_LAYERS, between));
    found.add(Finding.of(model, Quantity.LAYERS_DIFFERENCE, difference));
  }

  private static double[] numbers(Collection<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private void ablation(HeadTable table) {
    each(
        table,
        Quantity.NEEDLESS_HEADS,
        "head_ablation",
        heads -> 1 - count(heads, Math.nextUp(LOSS)) / flat(heads).length);
    found.add(
        Finding.of(
            model,
            Quantity.CONFIDENCE_AGREEMENT,
            table.all(
                of ->
                    RankCorrelation.spearman(
                        flat(of.get("head_confidence")), flat(of.get("head_ablation"))))));
  }

  private void documents(String path) {
    List<Row> rows = spark.read().parquet(path).filter("error is null").collectAsList();
    found.add(Finding.of(model, Quantity.REMOVABLE_HEADS, column(rows, "removable_heads")));
    found.add(Finding.of(model, Quantity.MASSIVE_ACTIVATIONS, column(rows, "massive_activations")));
  }

  private static double[] column(List<Row> rows, String name) {
    return rows.stream().mapToDouble(row -> Columns.number(row, row.fieldIndex(name))).toArray();
  }

  private void each(
      HeadTable table, Quantity quantity, String statistic, ToDoubleFunction<double[][]> number) {
    found.add(Finding.of(model, quantity, table.each(statistic, number)));
  }

  /** The same for every document: it has no interval. */
  private void ofModel(
      HeadTable table, Quantity quantity, String statistic, ToDoubleFunction<double[][]> number) {
    double[] same = Arrays.copyOf(table.each(statistic, number), 1);
    found.add(Finding.of(model, quantity, same));
  }
}
