package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.LinearOperators;
import io.sparkattention.tensor.LinearOperators.Feature;
import io.sparkattention.tensor.LinearOperators.Reach;
import io.sparkattention.tensor.LinearOperators.Size;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.List;

/**
 * Linear attention of decoders that forgets at a rate of its own in each head, in blocks: within a
 * block as products with a fading mask, before it by a state that has summed up keys and values.
 * Lightning Attention (arXiv:2405.17381), Lightning Attention-2 (arXiv:2401.04658).
 *
 * <p>Head h of H multiplies a key by exp(−rate · h / H) for every token that follows it. In place
 * of a denominator, outputs are divided by their root mean square (TransNormer, arXiv:2210.10340;
 * TransNormerLLM, arXiv:2307.14995, whose rates also fall with the layer, which a mechanism does
 * not know of). Weights may be negative and rows need not sum to 1.
 */
@Described(
    summary = "Causal linear attention that fades with distance, blocks over a running state",
    source = "Lightning Attention-2, arXiv:2401.04658",
    operatorOnly = true)
public record LightningAttention(
    @Default(value = "8", means = "how fast the last head forgets; 0 forgets nothing") double rate,
    @Default(value = "silu", means = "what queries and keys go through: identity or silu")
        Feature activation,
    @Default(value = "rms", means = "what outputs are divided by: none, or their root mean square")
        Size norm)
    implements Attention {

  private static final int FASTEST = 1000;

  public LightningAttention {
    OptionCheck check = new OptionCheck();
    if (!(rate >= 0 && rate <= FASTEST)) {
      check.problem("rate=" + rate + " must be from 0 to " + FASTEST);
    }
    check.done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>(Reasons.selfOnly("lightning", shape));
    if (shape.kind() == Site.Kind.SELF && shape.direction() == Direction.BIDIRECTIONAL) {
      reasons.add(
          "lightning sums up the past of a query and nothing else: use linear-kernel in an"
              + " encoder");
    }
    reasons.addAll(Reasons.noBias("lightning", shape));
    return reasons;
  }

  @Override
  public Weighting weighting() {
    return Weighting.UNNORMALIZED;
  }

  @Override
  public Attended attend(AttentionInput in) {
    NDManager held = in.scope().newSubManager();
    LinearOperators operators = LinearOperators.on(held);
    Reach reach = Reaches.of(held, in.mask());
    NDArray decay = Uploads.of(held, logDecay(in.heads())); // (H)
    try (NDManager local = held.newSubManager()) {
      NDArray sums = // (B, H, T, D)
          operators.decayed(
              local, in.query(), in.key(), in.value(), decay, reach, in.scale(), activation);
      Result first =
          ResultParts.silenced(
              in,
              new Result(
                  operators.sized(
                      in.scope(), sums, operators.logSize(local, sums, reach, norm), in.query()),
                  operators.logSize(in.scope(), sums, reach, norm)));
      NDArray size = first.logSumExp(); // (B, H, T)
      return new ImpliedAttended(
          in,
          weighting(),
          held,
          first,
          values -> mix(in, values, decay, reach, size),
          (scope, span, sizes) -> {
            NDArray rows =
                operators.decayedRows(
                    scope,
                    span.of(scope, in.query()),
                    in.key(),
                    decay,
                    reach,
                    span.from(),
                    in.scale(),
                    activation);
            return operators.sized(scope, rows, sizes, rows);
          });
    }
  }

  private Result mix(AttentionInput in, NDArray values, NDArray decay, Reach reach, NDArray size) {
    LinearOperators operators = LinearOperators.on(in.scope());
    try (NDManager local = in.scope().newSubManager()) {
      NDArray sums =
          operators.decayed(
              local, in.query(), in.key(), values, decay, reach, in.scale(), activation);
      NDArray mixed = operators.sized(in.scope(), sums, size, in.query());
      return new Result(mixed, size.duplicate());
    }
  }

  /** What a token between a query and a key adds to the logarithm of the weight, for each head. */
  private float[] logDecay(int heads) {
    float[] decay = new float[heads];
    for (int h = 0; h < heads; h++) {
      decay[h] = (float) (-rate * h / heads);
    }
    return decay;
  }
}
