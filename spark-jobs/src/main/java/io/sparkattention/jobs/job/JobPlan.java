package io.sparkattention.jobs.job;

import io.sparkattention.jobs.output.OutputDirectory;
import io.sparkattention.jobs.output.OutputSchema;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a job is to make, all checks passed.
 *
 * @param schema the output's columns
 * @param fingerprint a digest of the model's files; empty where there is no model
 * @param work finds the rows to compute, which may take long; asked once the output is open
 * @param counters what else is counted while the job runs, by name
 * @param prompts what models are told, by name the SHA-256 of each
 * @param export is given all rows of the output when it is complete
 * @param announcement what is said of it on a terminal before it starts
 */
public record JobPlan(
    OutputSchema schema,
    String fingerprint,
    Supplier<JobWork> work,
    Supplier<Map<String, Long>> counters,
    Map<String, String> prompts,
    Optional<Export> export,
    List<String> announcement) {

  public JobPlan {
    prompts = Map.copyOf(prompts);
    announcement = List.copyOf(announcement);
  }

  /** A plan that nothing is said of before it starts. */
  public JobPlan(
      OutputSchema schema,
      String fingerprint,
      Supplier<JobWork> work,
      Supplier<Map<String, Long>> counters,
      Map<String, String> prompts,
      Optional<Export> export) {
    this(schema, fingerprint, work, counters, prompts, export, List.of());
  }

  /** The same with something to say before it starts, and something to write at its end. */
  JobPlan with(List<String> announcement, Optional<Export> export) {
    return new JobPlan(schema, fingerprint, work, counters, prompts, export, announcement);
  }

  /** A plan that counts nothing else and exports nothing. */
  static JobPlan of(OutputSchema schema, String fingerprint, Supplier<JobWork> work) {
    return new JobPlan(schema, fingerprint, work, Map::of, Map.of(), Optional.empty());
  }

  /** Something that is written from a complete output, beside it. */
  @FunctionalInterface
  public interface Export {

    /** Writes what there is to write of all rows, and says what to show of it on a terminal. */
    Highlights write(Dataset<Row> rows, OutputDirectory output) throws IOException;

    /** This one, and then another. */
    default Export then(Export other) {
      return (rows, output) -> write(rows, output).and(other.write(rows, output));
    }
  }
}
