package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * What has come to each sequence since its keys were last looked at.
 *
 * @param began for each sequence, whether it is looked at for the first time
 * @param most how many keys are new in a sequence, at most
 */
record Progress(boolean[] began, int most) {

  /**
   * @param least sequences of no more keys than that do not begin yet
   */
  static Progress of(KeptRows kept, int[] lengths, int least) {
    boolean[] began = new boolean[lengths.length];
    int most = 0;
    boolean none = kept.isNew(lengths.length);
    for (int b = 0; b < lengths.length; b++) {
      boolean unknown = none || kept.known(b) == 0 || kept.known(b) > lengths[b];
      began[b] = unknown && lengths[b] > least;
      most = Math.max(most, unknown ? 0 : lengths[b] - kept.known(b));
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

  /** (B) boolean. */
  NDArray fresh(NDManager scope) {
    return scope.create(began);
  }
}
