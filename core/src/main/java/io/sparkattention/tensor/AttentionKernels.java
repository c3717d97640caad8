package io.sparkattention.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Exact attention in one call, as one library does it. */
interface AttentionKernels {

  /** Attends to all keys, or to those not after the query; see {@link AttentionOperators}. */
  AttentionOperators.Result attend(
      NDManager scope,
      NDArray query,
      NDArray key,
      NDArray value,
      AttentionOperators.Visible visible,
      double scale);

  /** Attends to what an additive mask leaves. */
  AttentionOperators.Result attendMasked(
      NDManager scope, NDArray query, NDArray key, NDArray value, NDArray mask, double scale);

  /** Attends within each sequence of a packed batch. */
  AttentionOperators.Result attendPacked(
      NDManager scope,
      NDArray query,
      NDArray key,
      NDArray value,
      int[] queryOffsets,
      int[] keyOffsets,
      AttentionOperators.Visible visible,
      double scale);
}
