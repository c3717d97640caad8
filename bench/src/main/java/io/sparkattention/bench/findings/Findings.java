package io.sparkattention.bench.findings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * What attention-stats tables say of published claims; {@code bench/findings} starts it.
 *
 * <p>{@code java io.sparkattention.bench.findings.Findings collect FOLDER LOG COMMAND} reads the
 * tables in the folders of the models and writes a log. {@code … page LOG PAGE} writes the page's
 * tables from the log, and the plots beside it.
 */
public final class Findings {

  private Findings() {}

  /** Collects, or writes the page. */
  public static void main(String[] arguments) throws IOException {
    if (arguments[0].equals("collect")) {
      collect(Path.of(arguments[1]), Path.of(arguments[2]), arguments[3]);
    } else {
      write(Path.of(arguments[1]), Path.of(arguments[2]));
    }
  }

  private static void collect(Path folder, Path log, String command) throws IOException {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
    try {
      List<Finding> found = new ArrayList<>();
      for (String model : FindingsPage.MODELS) {
        Path tables = folder.resolve(model);
        if (Files.exists(tables.resolve("weights").resolve("_SUCCESS"))) {
          HeadTable weights = HeadTable.read(spark, tables.resolve("weights").toString());
          found.addAll(WeightFindings.of(model, weights));
        }
        if (Files.exists(tables)) {
          found.addAll(CostlyFindings.of(spark, model, tables));
        }
      }
      FindingsLog.write(log, folder, command, found);
      System.out.println(found.size() + " findings in " + log);
    } finally {
      spark.stop();
    }
  }

  private static void write(Path log, Path page) throws IOException {
    List<Finding> findings = FindingsLog.read(log);
    Files.writeString(page, FindingsPage.written(Files.readString(page), findings));
    FindingsPlots.write(findings, page.resolveSibling("images"));
  }
}
