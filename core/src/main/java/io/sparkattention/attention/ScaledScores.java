package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionArrays;

/** Calls whose scores are multiplied: queries, those of global tokens, and the model's bias. */
final class ScaledScores {

  private ScaledScores() {}

  /**
   * The call with other scores.
   *
   * @param factor (1 or B, 1 or H, 1 or T, 1) float32
   * @param held owns what is made
   */
  static AttentionInput of(AttentionInput in, NDArray factor, NDManager held) {
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
