package io.sparkattention.bench.scale;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.zip_with;

import io.sparkattention.jobs.cli.SparkAttention;
import io.sparkattention.jobs.job.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Long runs of the jobs: memory is told at each tenth, every poisoned row must have its reason, and
 * every other row the result that its text has in a small run.
 *
 * <pre>
 * bench/run scale.Soak examples/corpus OUT short 200000 1000 embed,summarize two-layers
 * bench/run scale.Soak examples/corpus OUT long 50 0 attention-stats minilm --device gpu
 * </pre>
 *
 * <p>Short documents are sentences, long ones have 20,000 words. {@code two-layers} is minilm
 * without its upper four layers. Arguments after the model go to the jobs.
 */
public final class Soak {

  /** How many different texts there are for each row of one. */
  private static final int MOST_TEXTS = 2_000;

  private static final double TOLERANCE = 1e-4;
  private static final List<String> TRACE = List.of("duration_ms", "tokens_in", "tokens_out");

  private static final int LONG_WORDS = 20_000;

  /** What a job reads, and what of its output is compared. */
  enum Work {
    EMBED("embed", List.of("vector")),
    SUMMARIZE("summarize", List.of("summary"), "--budget", "sentences=2"),
    ATTENTION_STATS("attention-stats", List.of("*"), "--level", "document"),
    RERANK("rerank", List.of("score"), "--strategy", "passage-scores");

    private final String job;
    private final List<String> compared;
    private final List<String> arguments;

    Work(String job, List<String> compared, String... arguments) {
      this.job = job;
      this.compared = compared;
      this.arguments = List.of(arguments);
    }

    private String id() {
      return this == RERANK ? "passage_id" : "id";
    }

    /** How much the metrics will count: rows, or queries where their passages are one row. */
    private long counted(SoakTable table) {
      int all = table.rows() + table.poisoned();
      return this == RERANK ? Math.max(1, all / SoakTable.CANDIDATES) : all;
    }

    private void write(SoakTable table, Path file) throws IOException {
      if (this == RERANK) {
        table.writePairs(file);
      } else {
        table.writeDocuments(file);
      }
    }
  }

  /**
   * What came of it.
   *
   * @param ids how many different ones the rows have
   * @param different rows whose result is not that of their text
   * @param errors how many errors each kind of poison has, in their order
   */
  record Finding(
      long rows,
      long errors,
      Map<Poison, Long> reasons,
      long ids,
      long different,
      double worst,
      List<MemoryLog.Sample> memory) {

    /** Whether each row of a table has what it should, and memory does not grow. */
    boolean good(SoakTable table) {
      return rows == table.rows() + table.poisoned()
          && ids == rows
          && errors == table.poisoned()
          && Arrays.stream(Poison.values())
              .allMatch(poison -> reasons.get(poison) == poison.alike(table.poisoned()))
          && different == 0
          && MemoryLog.flat(memory);
    }
  }

  private final SparkSession spark;
  private final Path folder;
  private final PrintWriter out;
  private final List<String> more;

  /**
   * @param more arguments of every job, such as the model
   */
  Soak(SparkSession spark, Path folder, PrintWriter out, List<String> more) {
    this.spark = spark;
    this.folder = folder;
    this.out = out;
    this.more = more;
  }

  /** Runs jobs one after the other; the exit code is 1 where rows were lost or memory grew. */
  public static void main(String[] args) throws IOException {
    if (args.length < 7) {
      System.err.println("Soak CORPUS FOLDER short|long ROWS POISONED JOB,JOB MODEL …: see source");
      System.exit(2);
    }
    Path folder = Files.createDirectories(Path.of(args[1]));
    int rows = Integer.parseInt(args[3]);
    int poisoned = Integer.parseInt(args[4]);
    ScaleTables tables = ScaleTables.of(Path.of(args[0]));
    List<String> texts =
        few(
            args[2].equals("short") ? tables.sentences() : tables.documents(rows, LONG_WORDS),
            rows);
    String model =
        args[6].equals("two-layers")
            ? TwoLayers.write(folder.resolve("model")).toString()
            : args[6];
    List<String> more = new ArrayList<>(List.of("--model", model));
    more.addAll(Arrays.asList(args).subList(7, args.length));
    boolean good = true;
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      spark.sparkContext().setLogLevel("WARN");
      Soak soak = new Soak(spark, folder, new PrintWriter(System.out, true), more);
      for (String job : args[5].split(",")) {
        Work work = Work.valueOf(job.toUpperCase(Locale.ROOT).replace('-', '_'));
        SoakTable table = new SoakTable(texts, rows, poisoned);
        good &= soak.run(work, table).good(table);
      }
    }
    System.exit(good ? 0 : 1);
  }

  /** The texts that make a table of so many rows. */
  static List<String> few(List<String> texts, int rows) {
    return texts.subList(0, Math.min(texts.size(), Math.min(MOST_TEXTS, Math.max(1, rows / 10))));
  }

  /** Runs a job over a table, and over its texts alone, and compares. */
  Finding run(Work work, SoakTable table) throws IOException {
    Path expected = job(work, table.reference(), "reference");
    out.printf("%s: %,d rows, %,d poisoned%n", work.job, table.rows(), table.poisoned());
    Path actual;
    List<MemoryLog.Sample> memory;
    try (MemoryLog log = new MemoryLog(work.counted(table), out)) {
      actual = job(work, table, "soak");
      memory = log.samples();
    }
    Dataset<Row> rows = spark.read().parquet(actual.toString());
    Dataset<Row> failed = rows.filter(col("error").isNotNull());
    Map<Poison, Long> reasons = new EnumMap<>(Poison.class);
    for (Poison poison : Poison.values()) {
      reasons.put(poison, failed.filter(col("error").rlike(poison.reason() + "$")).count());
    }
    Row compared = compare(work, rows, spark.read().parquet(expected.toString()));
    Finding finding =
        new Finding(
            rows.count(),
            failed.count(),
            reasons,
            rows.select(work.id()).distinct().count(),
            table.rows() - compared.getLong(0),
            compared.isNullAt(1) ? 0 : compared.getDouble(1),
            memory);
    out.printf(
        "  %,d rows of %,d ids written, %,d errors %s; %,d results that are not those of their"
            + " text, largest difference %.1e; memory %s%n",
        finding.rows(),
        finding.ids(),
        finding.errors(),
        reasons,
        finding.different(),
        finding.worst(),
        MemoryLog.flat(memory) ? "flat" : "NOT SHOWN TO BE FLAT");
    return finding;
  }

  private Path job(Work work, SoakTable table, String name) throws IOException {
    Path home = Files.createDirectories(folder.resolve(work.job).resolve(name));
    Path input = home.resolve("input.jsonl");
    work.write(table, input);
    Path output = home.resolve("output");
    List<String> arguments = new ArrayList<>(List.of(work.job, "--input", input.toString()));
    arguments.addAll(List.of("--output", output.toString(), "--overwrite"));
    arguments.addAll(List.of("--max-error-rate", "1"));
    arguments.addAll(work.arguments);
    arguments.addAll(more);
    ExitCode exitCode = SparkAttention.execute(out, out, arguments.toArray(String[]::new));
    if (exitCode != ExitCode.DONE) {
      throw new IllegalStateException(String.join(" ", arguments) + " ended with " + exitCode);
    }
    return output;
  }

  /** How many rows have the result of their text, and the largest difference of all. */
  static Row compare(Work work, Dataset<Row> rows, Dataset<Row> reference) {
    Column text = regexp_extract(col(work.id()), "^(t\\d+)-", 1);
    Dataset<Row> left = rows.filter(col("error").isNull()).withColumn("text_number", text).as("l");
    Dataset<Row> right = reference.withColumn("text_number", text).as("r");
    Set<String> missing = new TreeSet<>(work.compared);
    missing.remove("*");
    missing.removeAll(List.of(rows.columns()));
    if (!missing.isEmpty()) {
      throw new IllegalStateException("the output of " + work.job + " has no " + missing);
    }
    Column difference = lit(0.0);
    Column same = lit(true);
    for (StructField field : rows.schema().fields()) {
      String name = field.name();
      boolean wanted =
          work.compared.contains(name)
              || work.compared.contains("*") && numbers(field.dataType()) && !TRACE.contains(name);
      if (wanted && numbers(field.dataType())) {
        difference = greatest(difference, coalesce(distance(field), lit(Double.MAX_VALUE)));
      } else if (wanted) {
        same = same.and(col("l." + name).eqNullSafe(col("r." + name)));
      }
    }
    return left.join(right, "text_number")
        .select(when(same, difference).otherwise(lit(Double.MAX_VALUE)).as("difference"))
        .select(count(when(not(col("difference").gt(TOLERANCE)), lit(1))), max("difference"))
        .first();
  }

  private static boolean numbers(DataType type) {
    DataType item = type instanceof ArrayType array ? array.elementType() : type;
    return item.equals(DataTypes.FloatType) || item.equals(DataTypes.DoubleType);
  }

  /** Differences of numbers, in shares of the expected one where that is above 1. */
  private static Column distance(StructField field) {
    Column left = col("l." + field.name());
    Column right = col("r." + field.name());
    if (!(field.dataType() instanceof ArrayType)) {
      return when(left.isNull().and(right.isNull()), lit(0.0)).otherwise(distance(left, right));
    }
    return array_max(zip_with(left, right, Soak::distance));
  }

  private static Column distance(Column actual, Column expected) {
    Column share = abs(actual.minus(expected)).divide(greatest(lit(1.0), abs(expected)));
    return coalesce(share.cast("double"), lit(Double.MAX_VALUE)); // one is missing
  }
}
