package io.sparkattention.attention;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;

/**
 * Multiplies scores with ln n / ln m where a query reads n keys, more than the m of training, so
 * that weights spread no wider in long texts. SeNER (arXiv:2502.07286), which does so for the first
 * token alone, after Chiang and Cholak (arXiv:2202.12172).
 */
@Described(
    summary = "Another mechanism with scores that grow with the logarithm of the length",
    source = "log-n scaling as in SeNER, arXiv:2502.07286")
public record LogLengthAttention(
    @Default(value = "512", means = "keys that a query read in training; fewer change nothing")
        int trained,
    @Default(value = "dense", means = "the mechanism that attends") Attention of)
    implements InputRewrite {

  public LogLengthAttention {
    new OptionCheck().atLeast(2, "trained", trained).done();
  }

  @Override
  public AttentionInput rewrite(AttentionInput in, NDManager held) {
    int queries = (int) in.query().getShape().get(2);
    AttentionMask mask = in.mask();
    float[] factors = new float[mask.batch() * queries];
    boolean longer = false;
    for (int i = 0; i < factors.length; i++) {
      int length = mask.keyLengths()[i / queries];
      int past = mask.queryOffsets()[i / queries] + i % queries + 1;
      int read = mask.direction() == Direction.CAUSAL ? Math.min(past, length) : length;
      factors[i] = (float) (Math.log(Math.max(read, trained)) / Math.log(trained));
      longer |= read > trained;
    }
    if (!longer) {
      return in;
    }
    Shape shape = new Shape(mask.batch(), 1, queries, 1);
    return ScaledScores.of(in, held.create(factors, shape), held);
  }
}
