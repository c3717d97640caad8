package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * What has come to each sequence since its keys were last looked at.
 *
 * @param began for each sequence, whether nothing is known of it
 * @param most how many keys are new in a sequence, at most
 */
record Progress(boolean[] began, int most) {

  static Progress of(KeptRows kept, int[] lengths) {
    boolean[] began = new boolean[lengths.length];
    int most = 0;
    boolean none = kept.isNew(lengths.length);
    for (int b = 0; b < lengths.length; b++) {
      began[b] = none || kept.known(b) == 0 || kept.known(b) > lengths[b];
      most = Math.max(most, lengths[b] - (began[b] ? 0 : kept.known(b)));
    }
    return new Progress(began, most);
  }

  boolean anyFresh() {
    for (boolean each : began) {
      if (each) {
        return true;
      }
    }
    return false;
  }

  boolean allFresh() {
    for (boolean each : began) {
      if (!each) {
        return false;
      }
    }
    return true;
  }

  /** (B) boolean. */
  NDArray fresh(NDManager scope) {
    return scope.create(began);
  }
}
