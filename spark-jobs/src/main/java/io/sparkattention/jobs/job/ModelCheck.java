package io.sparkattention.jobs.job;

import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.udfs.config.UsageException;
import io.sparkattention.udfs.executor.ExecutorModels;
import io.sparkattention.udfs.executor.InferenceStage;
import io.sparkattention.udfs.executor.Lease;
import io.sparkattention.udfs.executor.TaskDevice;
import io.sparkattention.udfs.location.ModelUnreachableException;
import io.sparkattention.udfs.work.StrategyModel;
import java.io.Serializable;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Loads a model in one task before any work is done, so that what is wrong is known at the start.
 */
final class ModelCheck {

  /** What a job needs from a model; throws IllegalArgumentException if the model lacks it. */
  interface Need extends Consumer<LoadedModel>, Serializable {}

  /** One of the three is not null. */
  private record Answer(String fingerprint, String problem, String failure)
      implements Serializable {}

  private ModelCheck() {}

  /**
   * A digest of the model's files.
   *
   * @throws UsageException with every reason why executors cannot use the model
   * @throws JobFailedException if the place of the model fails while its files are copied
   * @throws IllegalArgumentException if Spark will not assign the device
   */
  static String fingerprint(SparkSession spark, ModelSpec spec, Need need) {
    TaskDevice.requireAssignable(spec, spark.sparkContext().getConf());
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Answer answer =
        InferenceStage.of(context.parallelize(List.of(spec), 1).map(each -> load(each, need)))
            .first();
    if (answer.failure != null) {
      throw new JobFailedException(
          ExitCode.FAILED,
          answer.failure + ". Nothing was computed: run again once its place can be read",
          null);
    }
    if (answer.problem != null) {
      throw new UsageException(List.of(answer.problem));
    }
    return answer.fingerprint;
  }

  /** As above, for what a strategy needs; nothing where it needs no model. */
  static String fingerprint(SparkSession spark, StrategyModel model) {
    return model.needs().isEmpty() ? "" : fingerprint(spark, model.spec(), model::require);
  }

  private static Answer load(ModelSpec spec, Need need) {
    try (Lease<LoadedModel> lease = ExecutorModels.acquire(spec)) {
      need.accept(lease.instance());
      return new Answer(lease.instance().fingerprint(), null, null);
    } catch (ModelUnreachableException e) { // which is no fault of the model or its options
      return new Answer(null, null, e.getMessage());
    } catch (RuntimeException | LinkageError e) { // no native library for this machine, for one
      return new Answer(null, e.getMessage() == null ? e.toString() : e.getMessage(), null);
    }
  }
}
