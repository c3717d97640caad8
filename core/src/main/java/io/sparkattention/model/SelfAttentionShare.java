package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.Site;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.LayerOperators;

/** How much each token attends to itself in one head: the diagonal of its attention weights. */
final class SelfAttentionShare implements AttentionProbe {

  private final ChunkEmbedder.Head head;
  private final LayerOperators operators;
  private float[] shares; // (B · T), padded
  private int longest;

  SelfAttentionShare(ChunkEmbedder.Head head, LayerOperators operators) {
    this.head = head;
    this.operators = operators;
  }

  @Override
  public boolean watches(Site site) {
    return site.layer() == head.layer() - 1;
  }

  @Override
  public void observe(AttentionInput input, Attended attended) {
    try (NDManager scope = input.scope().newSubManager()) {
      NDIndex one = new NDIndex(":, {}", head.head() - 1);
      NDArray query = operators.toFloat32(scope, input.query().get(scope, one)); // (B, T, D)
      NDArray key = operators.toFloat32(scope, input.key().get(scope, one)); // (B, T, D)
      NDArray sums = attended.logSumExp().get(scope, one); // (B, T) float32
      NDArray own = query.mul(key).sum(new int[] {2}).mul(input.scale()); // (B, T)
      shares = own.sub(sums).exp().toFloatArray();
      longest = (int) own.getShape().get(1);
    }
  }

  /** The share of a token of a sequence of the batch. */
  float of(int sequence, int token) {
    return shares[sequence * longest + token];
  }
}
