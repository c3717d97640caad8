package io.sparkattention.udfs.metrics;

import java.io.Serializable;

/**
 * What one executor has counted since it started.
 *
 * @param rows rows that were computed, those with an error included
 * @param rowErrors rows that have an error in place of a result
 * @param tokens tokens that were read
 * @param spared of these, tokens of blocks that were known from texts before
 * @param written tokens of texts that were written
 * @param slots tokens and padding, if each batch were as long as its longest sequence
 * @param batches forward passes
 * @param sequences sequences that were read
 * @param outOfMemory batches for which the device had no room
 * @param modelsLoaded how often a model was loaded
 * @param models how many models are loaded now
 * @param inUseNanos how long some task had a model
 * @param busyNanos how long threads of the inference pool ran, added up
 * @param threads how many threads the inference pool has; 0 before it is made
 * @param deviceBytes memory that is occupied on the devices in use now; of a CPU, this process's
 */
public record InferenceCounts(
    long rows,
    long rowErrors,
    long tokens,
    long spared,
    long written,
    long slots,
    long batches,
    long sequences,
    long outOfMemory,
    long modelsLoaded,
    long models,
    long inUseNanos,
    long busyNanos,
    long threads,
    long deviceBytes)
    implements Serializable {

  /** Tokens a second while a model was in use. */
  double tokensPerSecond() {
    return inUseNanos == 0 ? 0 : tokens * 1e9 / inUseNanos;
  }

  /** The time that the pool's threads had for work, in nanoseconds. */
  double threadNanos() {
    return (double) inUseNanos * threads;
  }
}
