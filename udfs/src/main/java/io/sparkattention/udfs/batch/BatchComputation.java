package io.sparkattention.udfs.batch;

import io.sparkattention.udfs.executor.TaskModels;
import java.io.Serializable;

/**
 * What a task computes, as it travels to the executors: options and model specs, never a model.
 *
 * @param <T> what is read from a row
 * @param <R> what is computed for it
 */
@FunctionalInterface
public interface BatchComputation<T, R> extends Serializable {

  /**
   * Readies the computation inside a task; what it leases from {@code models} ends with the task.
   */
  BatchFunction<T, R> open(TaskModels models);
}
