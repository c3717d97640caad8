package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.LinearOperators;
import io.sparkattention.tensor.LinearOperators.Reach;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.List;

/**
 * Attention whose weights are products of features of a query and of a key, so that keys and values
 * are summed up once and cost is linear. The features are those of Performers (FAVOR+,
 * arXiv:2009.14794), Flowformer (arXiv:2202.06258) or Linear Log-Normal Attention
 * (arXiv:2311.13541).
 *
 * <ul>
 *   <li>{@code favor}: exponentials of random orthogonal projections. Their mean is an unbiased
 *       estimate of the exponentiated score, whose error falls with their number. Serves causal
 *       models.
 *   <li>{@code flow}: sigmoids, with what flows into each query and out of each key conserved; keys
 *       compete by a softmax. Rows sum to less than 1. As the authors' code has it, the softmax is
 *       multiplied by the number of keys.
 *   <li>{@code log-normal}: exponentials of query and key, scaled for each head so that the
 *       logarithm of the kernel has the variance of the scores.
 * </ul>
 */
@Described(
    summary = "Attention by features of queries and keys, linear in length",
    source =
        "Performers, arXiv:2009.14794; Flowformer, arXiv:2202.06258; Linear Log-Normal Attention,"
            + " arXiv:2311.13541",
    operatorOnly = true)
public record LinearKernelAttention(
    @Default(value = "favor", means = "which features: favor, flow or log-normal") Feature feature,
    @Default(value = "256", means = "how many random features favor draws") int features,
    @Default(value = "0", means = "what they are drawn from, with the layer's number") long seed)
    implements Attention {

  private static final int MOST_FEATURES = 1 << 14;

  /** Which features. */
  public enum Feature {
    FAVOR,
    FLOW,
    LOG_NORMAL
  }

  public LinearKernelAttention {
    OptionCheck check = new OptionCheck().atLeast(1, "features", features);
    if (features > MOST_FEATURES) {
      check.problem("features=" + features + " must be " + MOST_FEATURES + " or less");
    }
    check.done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>(Reasons.noBias("linear-kernel", shape));
    if (shape.direction() == Direction.CAUSAL && feature != Feature.FAVOR) {
      reasons.add(
          (feature == Feature.FLOW ? "flow conserves" : "log-normal is scaled by")
              + " sums over all queries and keys, of which a causal model hides some: use"
              + " linear-kernel:feature=favor");
    }
    return reasons;
  }

  @Override
  public Weighting weighting() {
    return feature == Feature.FLOW ? Weighting.UNNORMALIZED : Weighting.NORMALIZED;
  }

  @Override
  public Attended attend(AttentionInput in) {
    NDManager held = in.scope().newSubManager();
    return switch (feature) {
      case FAVOR -> {
        float[] drawn = RandomFeatures.of(features, in.headSize(), seed, in.site().layer());
        NDArray projection = held.create(drawn, new Shape(features, in.headSize())); // (M, D)
        yield exponential(in, held, in.query(), in.key(), projection);
      }
      case FLOW -> flow(in, held);
      case LOG_NORMAL -> {
        NDArray none = held.create(new Shape(0, in.headSize()));
        NDList scaled = logNormal(in, held);
        yield exponential(in, held, scaled.get(0), scaled.get(1), none);
      }
    };
  }

  private Attended exponential(
      AttentionInput in, NDManager held, NDArray query, NDArray key, NDArray projection) {
    LinearOperators operators = LinearOperators.on(held);
    Reach reach = Reaches.of(held, in.mask());
    return new ImpliedAttended(
        in,
        weighting(),
        held,
        values ->
            ResultParts.silenced(
                in,
                operators.exponential(
                    in.scope(), query, key, values, projection, reach, in.scale())),
        (scope, span, sums) -> {
          NDArray rows = span.of(scope, query); // (B, H, rows, D)
          return operators.exponentialRows(
              scope, rows, key, projection, reach, span.from(), in.scale());
        });
  }

  private static NDList logNormal(AttentionInput in, NDManager held) {
    KernelVariance variance = KernelVariance.of(in.headSize());
    try (NDManager local = held.newSubManager()) {
      return LinearOperators.on(held)
          .logNormal(
              held,
              in.query(),
              in.key(),
              Uploads.of(local, in.mask().queryLengths()),
              Uploads.of(local, in.mask().keyLengths()),
              Uploads.of(local, variance.totals()),
              Uploads.of(local, variance.variances()),
              in.scale());
    }
  }

  private Attended flow(AttentionInput in, NDManager held) {
    LinearOperators operators = LinearOperators.on(held);
    NDArray queryLengths = Uploads.of(held, in.mask().queryLengths());
    NDArray keyLengths = Uploads.of(held, in.mask().keyLengths());
    NDList flows = operators.flow(held, in.query(), in.key(), queryLengths, keyLengths);
    NDArray allocated = flows.get(0); // (B, H, T)
    NDArray competed = flows.get(1); // (B, H, S)
    return new ImpliedAttended(
        in,
        weighting(),
        held,
        values -> {
          NDArray mixed = // (B, H, T, C)
              operators.flowMix(in.scope(), in.query(), in.key(), values, allocated, competed);
          NDArray incoming = flows.get(2).duplicate(); // (B, H, T)
          incoming.attach(in.scope());
          return ResultParts.silenced(in, new Result(mixed, incoming));
        },
        (scope, span, sums) -> {
          NDArray rows = span.of(scope, in.query()); // (B, H, rows, D)
          return operators.flowRows(scope, rows, in.key(), span.of(scope, allocated), competed);
        });
  }
}
