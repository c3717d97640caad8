package io.sparkattention.udfs.executor;

import ai.djl.Device;
import io.sparkattention.model.Inference;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.udfs.location.ModelLocalizer;
import io.sparkattention.udfs.metrics.InferenceActivity;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this executor: one per spec and device, loaded on first use and shared by all
 * tasks. A model that no task uses stays until another one must be loaded.
 */
public final class ExecutorModels {

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorModels.class);
  private static final InferenceActivity ACTIVITY = InferenceActivity.ofThisProcess();
  private static final SharedInstances<ModelSpec, CountedModel> MODELS =
      new SharedInstances<>(ExecutorModels::load);

  private ExecutorModels() {}

  /** A model whose closing is counted. */
  private record CountedModel(LoadedModel model) implements AutoCloseable {
    @Override
    public void close() {
      model.close();
      ACTIVITY.modelClosed();
    }
  }

  /**
   * Leases a model on the device of the calling task.
   *
   * @throws IllegalArgumentException with every reason why the model cannot be loaded
   */
  public static Lease<LoadedModel> acquire(ModelSpec spec) {
    Lease<CountedModel> lease = MODELS.acquire(TaskDevice.resolve(spec));
    ACTIVITY.useBegins();
    return new Lease<>(
        lease.instance().model(),
        () -> {
          ACTIVITY.useEnds();
          lease.close();
        });
  }

  /** Frees the models that no task uses. */
  public static void closeUnused() {
    MODELS.closeUnused();
  }

  /** Frees all models: those that tasks use when these give them back. */
  static void closeAll() {
    MODELS.retireAll();
  }

  /** The devices that hold a model. */
  static Set<Device> devices() {
    return MODELS.instances().stream()
        .map(each -> each.model().owner().getDevice())
        .collect(Collectors.toSet());
  }

  private static CountedModel load(ModelSpec spec) {
    Inference inference =
        new Inference(InferencePool.shared(), ACTIVITY, ExecutorMemory.nativeRoom());
    long start = System.nanoTime();
    LoadedModel model = LoadedModel.load(ModelLocalizer.localize(spec.location()), spec, inference);
    ACTIVITY.modelLoaded();
    LOG.info("Loaded {} in {} ms", spec, (System.nanoTime() - start) / 1_000_000);
    return new CountedModel(model);
  }
}
