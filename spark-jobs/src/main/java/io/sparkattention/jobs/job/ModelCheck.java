package io.sparkattention.jobs.job;

import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.udfs.config.UsageException;
import io.sparkattention.udfs.executor.ExecutorModels;
import io.sparkattention.udfs.executor.InferenceStage;
import io.sparkattention.udfs.executor.Lease;
import io.sparkattention.udfs.executor.TaskDevice;
import io.sparkattention.udfs.location.ModelUnreachableException;
import io.sparkattention.udfs.work.StrategyModel;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Loads a model in one task before any work is done, so that what is wrong is known at the start.
 */
final class ModelCheck {

  /** What a job needs from a model; throws IllegalArgumentException if the model lacks it. */
  interface Need extends Consumer<LoadedModel>, Serializable {}

  /**
   * What a job needs to see of a model; throws IllegalArgumentException likewise, and otherwise
   * says what people are told before it starts.
   */
  interface ReaderNeed extends Function<AttentionReader, List<String>>, Serializable {}

  /** What a job needs from a model that generates; throws IllegalArgumentException likewise. */
  interface GeneratorNeed extends Consumer<TextGenerator>, Serializable {}

  /** As a {@link GeneratorNeed}, that also says which prompts the model will be told. */
  interface PromptNeed extends Function<TextGenerator, List<String>>, Serializable {}

  /**
   * A model that can be used.
   *
   * @param fingerprint a digest of its files
   * @param prompts what it will be told, by name and version
   * @param announcement what people are told before it starts, in sentences
   */
  record Usable(String fingerprint, List<String> prompts, List<String> announcement)
      implements Serializable {

    Usable(String fingerprint) {
      this(fingerprint, List.of(), List.of());
    }
  }

  /** Loads a model and asks it for what is needed. */
  private interface Loading extends Function<ModelSpec, Usable>, Serializable {}

  /** One of the three is not null. */
  private record Answer(Usable usable, String problem, String failure) implements Serializable {}

  private ModelCheck() {}

  /**
   * A digest of the model's files.
   *
   * @throws UsageException with every reason why executors cannot use the model
   * @throws JobFailedException if the place of the model fails while its files are copied
   * @throws IllegalArgumentException if Spark will not assign the device
   */
  static String fingerprint(SparkSession spark, ModelSpec spec, Need need) {
    return checked(spark, spec, each -> read(each, need)).fingerprint();
  }

  /** As above, for a model that generates. */
  static String fingerprintOfGenerator(SparkSession spark, ModelSpec spec, GeneratorNeed need) {
    return generator(
            spark,
            spec,
            model -> {
              need.accept(model);
              return List.of();
            })
        .fingerprint();
  }

  /** A model of either kind whose attention is watched. */
  static Usable reader(SparkSession spark, ModelSpec spec, WatchedSite site, ReaderNeed need) {
    return checked(spark, spec, each -> watched(each, site, need));
  }

  /** As above, for a model that is watched while it writes. */
  static Usable writer(
      SparkSession spark, ModelSpec spec, WatchedSite site, ReaderNeed need, GeneratorNeed writes) {
    return checked(spark, spec, each -> watchedWriter(each, site, need, writes));
  }

  /** As above, with the prompts that the model will be told. */
  static Usable generator(SparkSession spark, ModelSpec spec, PromptNeed need) {
    return checked(spark, spec, each -> generated(each, need));
  }

  private static Usable checked(SparkSession spark, ModelSpec spec, Loading loading) {
    TaskDevice.requireAssignable(spec, spark.sparkContext().getConf());
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Answer answer =
        InferenceStage.of(context.parallelize(List.of(spec), 1).map(each -> load(each, loading)))
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
    return answer.usable;
  }

  /** As above, for what a strategy needs; nothing where it needs no model. */
  static String fingerprint(SparkSession spark, StrategyModel model) {
    if (model.needs().isEmpty()) {
      return "";
    }
    return model.generates()
        ? fingerprintOfGenerator(spark, model.spec(), any -> {})
        : fingerprint(spark, model.spec(), model::require);
  }

  private static Answer load(ModelSpec spec, Loading loading) {
    try {
      return new Answer(loading.apply(spec), null, null);
    } catch (ModelUnreachableException e) { // which is no fault of the model or its options
      return new Answer(null, null, e.getMessage());
    } catch (RuntimeException | LinkageError e) { // no native library for this machine, for one
      return new Answer(null, e.getMessage() == null ? e.toString() : e.getMessage(), null);
    }
  }

  private static Usable read(ModelSpec spec, Need need) {
    try (Lease<LoadedModel> lease = ExecutorModels.acquire(spec)) {
      need.accept(lease.instance());
      return new Usable(lease.instance().fingerprint());
    }
  }

  private static Usable watched(ModelSpec spec, WatchedSite site, ReaderNeed need) {
    try (Lease<AttentionReader> lease = ExecutorModels.acquireReader(spec, site)) {
      List<String> announcement = List.copyOf(need.apply(lease.instance()));
      return new Usable(lease.instance().model().fingerprint(), List.of(), announcement);
    }
  }

  private static Usable watchedWriter(
      ModelSpec spec, WatchedSite site, ReaderNeed need, GeneratorNeed writes) {
    try (Lease<AttentionReader> reader = ExecutorModels.acquireReader(spec, site);
        Lease<TextGenerator> generator = ExecutorModels.acquireGenerator(spec)) {
      List<String> reasons = new ArrayList<>();
      List<String> announcement = new ArrayList<>();
      note(() -> announcement.addAll(need.apply(reader.instance())), reasons);
      note(() -> writes.accept(generator.instance()), reasons);
      if (!reasons.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", reasons));
      }
      return new Usable(generator.instance().fingerprint(), List.of(), List.copyOf(announcement));
    }
  }

  private static void note(Runnable check, List<String> reasons) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      reasons.add(e.getMessage());
    }
  }

  private static Usable generated(ModelSpec spec, PromptNeed need) {
    try (Lease<TextGenerator> lease = ExecutorModels.acquireGenerator(spec)) {
      List<String> prompts = List.copyOf(need.apply(lease.instance()));
      return new Usable(lease.instance().fingerprint(), prompts, List.of());
    }
  }
}
