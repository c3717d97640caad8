package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.AttentionArrays;

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
    NDArray factor = held.create(factors, new Shape(mask.batch(), 1, queries, 1));
    AttentionInput scaled =
        in.withArrays(scaled(in.query(), factor, held), in.key(), in.value(), in.layout())
            .withSource(in.source())
            .withBias(in.bias() == null ? null : new ScaledBias(in.bias(), factor));
    return in.globals() == null
        ? scaled
        : scaled.withGlobals(
            new GlobalProjections(
                scaled(in.globals().query(), factor, held),
                in.globals().key(),
                in.globals().value()));
  }

  private static NDArray scaled(NDArray query, NDArray factor, NDManager held) {
    NDArray product = query.mul(factor);
    product.attach(held);
    return AttentionArrays.on(held).like(held, product, query); // (B, H, T, D)
  }
}
