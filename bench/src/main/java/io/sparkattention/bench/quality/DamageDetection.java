package io.sparkattention.bench.quality;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.substring_index;
import static org.apache.spark.sql.functions.when;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.evaluate.Bootstrap;
import io.sparkattention.evaluate.Estimate;
import io.sparkattention.jobs.cli.SparkAttention;
import io.sparkattention.jobs.corpus.DocumentOutliers;
import io.sparkattention.jobs.job.ExitCode;
import io.sparkattention.registry.SpecList;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.statistics.StatisticsPlan;
import io.sparkattention.udfs.executor.SparkAttentionPlugin;
import io.sparkattention.udfs.work.StatisticsTable;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How well the table {@code outliers} of attention-stats tells damaged documents from clean ones: a
 * tenth of the documents is damaged, ranked by their deviation among the others, and the next tenth
 * after it. Statistics that are there from an earlier run are read again.
 *
 * <p>{@code java io.sparkattention.bench.quality.DamageDetection TEXTS WORK MODEL DOCUMENTS SEED}
 */
public final class DamageDetection {

  private static final String STATISTICS =
      "entropy,[sink-rate:k=1],mean-distance,local-share,received-attention,"
          + "[category-share:of=delimiter],[offset-share:from=-1,to=-1],[offset-share:from=1,to=1]";
  private static final int PARTS = 10;
  private static final String CLEAN = "clean";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SparkSession spark;
  private final List<CleanDocuments.Document> documents;

  private DamageDetection(SparkSession spark, List<CleanDocuments.Document> documents) {
    this.spark = spark;
    this.documents = documents;
  }

  /** Prints a table. */
  public static void main(String[] arguments) throws IOException {
    Path work = Files.createDirectories(Path.of(arguments[1]));
    String model = arguments[2];
    int count = Integer.parseInt(arguments[3]);
    long seed = Long.parseLong(arguments[4]);
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("damage-detection")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.plugins", SparkAttentionPlugin.class.getName())
            .getOrCreate()) {
      spark.sparkContext().setLogLevel("ERROR");
      List<CleanDocuments.Document> documents =
          CleanDocuments.read(Path.of(arguments[0]), count, seed);
      System.out.printf(
          "# %s: %d documents of %.0f words on average, one in %d damaged%n%n",
          model,
          count,
          documents.stream().mapToInt(d -> d.text().split(" ").length).average().orElseThrow(),
          PARTS);
      new DamageDetection(spark, documents)
          .run(work.resolve("%d-of-seed-%d".formatted(count, seed)), model);
    }
  }

  private void run(Path work, String model) throws IOException {
    Path input = work.resolve("documents.jsonl");
    if (!Files.exists(input)) {
      Files.createDirectories(work);
      write(input);
    }
    String output = work.resolve(model).toString();
    List<String> command = new ArrayList<>(List.of("attention-stats", "--input", input.toString()));
    command.addAll(List.of("--output", output, "--model", model, "--statistics", STATISTICS));
    command.addAll(List.of("--level", "head"));
    if (Files.exists(work.resolve(model))) {
      command.add("--resume");
    }
    PrintWriter out = new PrintWriter(System.err, true);
    ExitCode code = SparkAttention.execute(out, out, command.toArray(String[]::new));
    if (code != ExitCode.DONE) {
      throw new IOException("attention-stats ended as " + code + ": see what it said");
    }
    print(spark.read().parquet(output).cache());
  }

  private void write(Path input) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(input)) {
      for (CleanDocuments.Document document : documents) {
        line(writer, document.id() + "|" + CLEAN, document.text());
        for (Damage damage : Damage.values()) {
          Random random = new Random(document.id().hashCode());
          line(
              writer,
              document.id() + "|" + damage.label(),
              damage.to(document.sentences(), random));
        }
      }
    }
  }

  private static void line(BufferedWriter writer, String id, String text) throws IOException {
    writer.write(JSON.writeValueAsString(Map.of("id", id, "text", text)));
    writer.newLine();
  }

  private void print(Dataset<Row> heads) {
    StatisticsPlan plan = StatisticsPlan.of(SpecList.split(STATISTICS));
    List<String> names = StatisticsTable.of(StatisticLevel.HEAD, plan).names();
    Column[] means = names.stream().map(n -> avg(n).as(n)).toArray(Column[]::new);
    Dataset<Row> whole =
        heads.groupBy("id").agg(max("tokens_in").as("tokens_in"), means).cache(); // of documents
    System.out.println("| Damage | Numbers of | ROC-AUC | Flagged, damaged | Flagged, clean |");
    System.out.println("| --- | --- | --- | --- | --- |");
    for (Damage damage : Damage.values()) {
      print(damage, "heads", heads, StatisticsTable.of(StatisticLevel.HEAD, plan));
      print(damage, "documents", whole, StatisticsTable.of(StatisticLevel.DOCUMENT, plan));
    }
  }

  private void print(Damage damage, String of, Dataset<Row> rows, StatisticsTable table) {
    List<Double> above = new ArrayList<>(); // by damaged document: clean ones below it
    double flaggedDamaged = 0;
    double flaggedClean = 0;
    for (int part = 0; part < PARTS; part++) {
      List<Row> damaged = new ArrayList<>();
      List<Row> clean = new ArrayList<>();
      List<String> chosen = part(part);
      for (Row row :
          new DocumentOutliers().of(mixed(rows, damage, chosen), table).collectAsList()) {
        (chosen.contains(row.<String>getAs("id")) ? damaged : clean).add(row);
      }
      damaged.forEach(row -> above.add(below(row, clean)));
      flaggedDamaged += flagged(damaged);
      flaggedClean += flagged(clean);
    }
    Estimate auc =
        Bootstrap.DEFAULT.estimate(above.stream().mapToDouble(Double::doubleValue).toArray());
    int count = documents.size();
    System.out.println(
        Cells.format(
            "| %s | %s | %.3f [%.3f, %.3f] | %.1f %% | %.1f %% |",
            damage.label(),
            of,
            auc.mean(),
            auc.low(),
            auc.high(),
            100 * flaggedDamaged / count,
            100 * flaggedClean / (count * (PARTS - 1))));
  }

  private List<String> part(int part) {
    List<String> ids = documents.stream().map(CleanDocuments.Document::id).toList();
    return ids.subList(part * ids.size() / PARTS, (part + 1) * ids.size() / PARTS);
  }

  /** All documents, those of some ids damaged. */
  private static Dataset<Row> mixed(Dataset<Row> rows, Damage damage, List<String> damaged) {
    Column document = substring_index(col("id"), "|", 1);
    Column kind = substring_index(col("id"), "|", -1);
    Column wanted = when(document.isin(damaged.toArray()), damage.label()).otherwise(CLEAN);
    return rows.filter(kind.equalTo(wanted)).withColumn("id", document);
  }

  /** The share of clean documents that deviate less; ties count half. */
  private static double below(Row damaged, List<Row> clean) {
    double own = damaged.getAs("deviation");
    return clean.stream()
        .mapToDouble(row -> row.<Double>getAs("deviation"))
        .map(other -> other < own ? 1 : other == own ? 0.5 : 0)
        .average()
        .orElseThrow();
  }

  private static long flagged(List<Row> rows) {
    return rows.stream().filter(row -> row.<Boolean>getAs("outlier")).count();
  }
}
