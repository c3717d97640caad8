package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.InputRewrite;
import io.sparkattention.attention.Site;
import io.sparkattention.attention.Weighting;
import io.sparkattention.model.ChunkEmbedder.Head;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.text.TokenBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * Sums the activations of a sequence, each weighted by how much its token attends to itself in one
 * head (Ditto, arXiv:2305.10786).
 */
final class SelfAttentionPooling {

  private final Head head;
  private final Encoder encoder;
  private final LayerOperators operators;

  /**
   * @param mechanism the encoder's
   * @throws IllegalArgumentException if the encoder has no such head, adds a position bias to its
   *     attention, or does not attend by a softmax of its own scores
   */
  SelfAttentionPooling(Head head, Encoder encoder, Attention mechanism, LayerOperators operators) {
    EncoderConfig config = encoder.config();
    boolean there =
        head.layer() >= 1
            && head.layer() <= config.layers()
            && head.head() >= 1
            && head.head() <= config.heads();
    if (!there) {
      throw new IllegalArgumentException(
          "the model has no head %d in layer %d: it has %d layers of %d heads, counted from 1"
              .formatted(head.head(), head.layer(), config.layers(), config.heads()));
    }
    if (config.relativeBuckets() > 0) {
      throw new IllegalArgumentException(
          "how much tokens attend to themselves cannot be told of a model that adds a position"
              + " bias: use another model, or the model's own pooling");
    }
    Attention own = mechanism.at(Site.encoder(head.layer() - 1), Direction.BIDIRECTIONAL);
    if (own.weighting() != Weighting.SOFTMAX || own instanceof InputRewrite) {
      throw new IllegalArgumentException(
          "how much tokens attend to themselves follows from a softmax of the model's own scores,"
              + " which its attention changes: use dense, or the model's own pooling");
    }
    this.head = head;
    this.encoder = encoder;
    this.operators = operators;
  }

  /** One forward pass; gives (hidden) for each sequence. */
  List<float[]> vectors(NDManager scope, TokenBatch batch) {
    Diagonal diagonal = new Diagonal();
    NDArray hidden = encoder.encode(scope, batch, List.of(diagonal)); // (N, hidden)
    float[] flat = operators.toFloat32(scope, hidden).toFloatArray();
    int columns = flat.length / batch.tokens();
    List<float[]> sums = new ArrayList<>(batch.size());
    for (int b = 0; b < batch.size(); b++) {
      float[] sum = new float[columns];
      for (int t = 0; t < batch.length(b); t++) {
        float weight = diagonal.weights[b * diagonal.longest + t];
        int row = (batch.offsets()[b] + t) * columns;
        for (int k = 0; k < columns; k++) {
          sum[k] += weight * flat[row + k];
        }
      }
      sums.add(sum);
    }
    return sums;
  }

  /** The diagonal of the head's attention weights in one forward pass. */
  private final class Diagonal implements AttentionProbe {

    private float[] weights; // (B · T), padded
    private int longest; // T

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
        weights = own.sub(sums).exp().toFloatArray();
        longest = (int) own.getShape().get(1);
      }
    }
  }
}
