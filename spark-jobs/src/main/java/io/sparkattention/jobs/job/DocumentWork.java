package io.sparkattention.jobs.job;

import io.sparkattention.jobs.input.Documents;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchMapper;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.UsageException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;

/**
 * What a job does with each document by itself.
 *
 * @param <R> what is computed for a document
 * @param check finds out whether the model can serve
 * @param schema the output's columns
 * @param mapping reads a document and writes what was computed for it
 * @param computation computes it
 */
record DocumentWork<R>(
    Check check,
    OutputSchema schema,
    DocumentMapping<R> mapping,
    BatchComputation<String, R> computation) {

  /** Whether executors can use a model. */
  @FunctionalInterface
  interface Check {

    /**
     * A digest of the model's files; empty where there is no model.
     *
     * @throws UsageException with every reason why the model cannot serve
     */
    String fingerprint(SparkSession spark);
  }

  /**
   * The plan for the documents of a job; empty after noting every reason why it cannot run.
   *
   * @param settled makes the work of the settings; where those are wrong, documents are still read
   */
  static <R> Optional<JobPlan> plan(
      JobContext context, Problems problems, Supplier<DocumentWork<R>> settled) {
    Optional<DocumentWork<R>> work = problems.check(settled);
    Optional<Supplier<String>> model =
        work.map(each -> Meanwhile.begin(() -> each.check.fingerprint(context.spark())));
    Optional<Documents> documents =
        problems
            .check(() -> Documents.read(context.reader(), context.settings(), problems))
            .flatMap(Function.identity());
    Optional<String> fingerprint = model.flatMap(each -> problems.check(each));
    if (documents.isEmpty() || fingerprint.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(work.orElseThrow().plan(context, documents.get(), fingerprint.get()));
  }

  private JobPlan plan(JobContext context, Documents documents, String fingerprint) {
    JobWork work =
        JobWork.ofUnits(
            documents.rows(),
            Documents.ID,
            Dataset::repartition,
            documents.count(),
            new BatchMapper<>(mapping, computation, context.window()));
    return JobPlan.of(schema, fingerprint, () -> work);
  }
}
