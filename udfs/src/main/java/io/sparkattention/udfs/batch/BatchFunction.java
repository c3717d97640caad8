package io.sparkattention.udfs.batch;

import io.sparkattention.model.Outcome;
import java.util.List;

/**
 * Computes results for many inputs at once. The result of an input does not depend on its
 * neighbours.
 *
 * @param <T> what is read from a row
 * @param <R> what is computed for it
 */
@FunctionalInterface
public interface BatchFunction<T, R> {

  /**
   * Computes one outcome per input, in the order of the inputs.
   *
   * @throws RuntimeException if the batch fails as a whole; the caller finds out for which inputs
   */
  List<Outcome<R>> apply(List<T> inputs);
}
