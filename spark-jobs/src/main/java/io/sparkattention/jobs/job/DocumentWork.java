package io.sparkattention.jobs.job;

import io.sparkattention.jobs.input.Documents;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchMapper;
import io.sparkattention.udfs.batch.RowMapping;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.UsageException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What a job does with each document by itself.
 *
 * @param <T> what is read of a document
 * @param <R> what is computed for a document
 * @param check finds out whether the model can serve
 * @param schema the output's columns
 * @param mapping reads a document and writes what was computed for it
 * @param computation computes it
 * @param texts options that name further columns of texts, which documents must have
 */
record DocumentWork<T, R>(
    Check check,
    OutputSchema schema,
    RowMapping<Row, T, R> mapping,
    BatchComputation<T, R> computation,
    List<JobOption<String>> texts) {

  /** Of documents that are one text each. */
  DocumentWork(
      Check check,
      OutputSchema schema,
      RowMapping<Row, T, R> mapping,
      BatchComputation<T, R> computation) {
    this(check, schema, mapping, computation, List.of());
  }

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
  static <T, R> Optional<JobPlan> plan(
      JobContext context, Problems problems, Supplier<DocumentWork<T, R>> settled) {
    Optional<DocumentWork<T, R>> work = problems.check(settled);
    Optional<Supplier<String>> model =
        work.map(each -> Meanwhile.begin(() -> each.check.fingerprint(context.spark())));
    Optional<Documents> documents =
        problems
            .check(
                () ->
                    Documents.read(
                        context.reader(),
                        context.settings(),
                        work.map(DocumentWork::texts).orElse(List.of()),
                        problems))
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
