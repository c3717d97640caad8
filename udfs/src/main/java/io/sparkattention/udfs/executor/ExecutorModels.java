package io.sparkattention.udfs.executor;

import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.udfs.location.ModelLocalizer;

/**
 * The models of this executor: one per spec and device, loaded on first use and shared by all
 * tasks. A model that no task uses stays until another one must be loaded.
 */
public final class ExecutorModels {

  private static final SharedInstances<ModelSpec, LoadedModel> MODELS =
      new SharedInstances<>(ExecutorModels::load);

  private ExecutorModels() {}

  /**
   * Leases a model on the device of the calling task.
   *
   * @throws IllegalArgumentException with every reason why the model cannot be loaded
   */
  public static Lease<LoadedModel> acquire(ModelSpec spec) {
    return MODELS.acquire(TaskDevice.resolve(spec));
  }

  /** Frees the models that no task uses. */
  public static void closeUnused() {
    MODELS.closeUnused();
  }

  private static LoadedModel load(ModelSpec spec) {
    return LoadedModel.load(ModelLocalizer.localize(spec.location()), spec, InferencePool.shared());
  }
}
