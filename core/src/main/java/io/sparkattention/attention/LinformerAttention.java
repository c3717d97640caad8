package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.CompressedOperators;
import io.sparkattention.tensor.CompressedOperators.Projection;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.List;

/**
 * Attention over so many rows instead of all tokens, each row a projection of the keys and of the
 * values of the whole text. Linformer (arXiv:2006.04768), which learns the projections; here rows
 * are means of neighbouring tokens (a pooling of the paper's), or sums of all tokens with random
 * signs, as in its proof. Texts of no more tokens than rows are read as by dense attention.
 *
 * <p>The weight of a mean counts for each of its tokens in equal parts. Those of random sums may be
 * negative.
 */
@Described(
    summary = "Keys and values projected to so many rows",
    source = "Linformer, arXiv:2006.04768",
    operatorOnly = true)
public record LinformerAttention(
    @Default(value = "256", means = "rows that are read instead of the tokens") int rows,
    @Default(value = "pooling", means = "what a row is: pooling of neighbours, or random sums")
        Kind projection,
    @Default(value = "0", means = "of the random sums, with the layer's number") long seed)
    implements Attention {

  /** What a row is. */
  public enum Kind {
    POOLING,
    RANDOM
  }

  public LinformerAttention {
    new OptionCheck().atLeast(1, "rows", rows).done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>();
    if (shape.direction() == Direction.CAUSAL) {
      reasons.add(
          "linformer puts tokens together that stand before and after a query, which a causal"
              + " model hides: use linear-kernel or transient-global");
    }
    if (shape.positionBias()) {
      reasons.add(
          "linformer puts tokens of many positions together, to which the model's position bias"
              + " cannot be added: use dense or window-global");
    }
    return reasons;
  }

  @Override
  public Weighting weighting() {
    return projection == Kind.POOLING ? Weighting.NORMALIZED : Weighting.UNNORMALIZED;
  }

  @Override
  public Attended attend(AttentionInput in) {
    NDManager held = in.scope().newSubManager();
    CompressedOperators operators = CompressedOperators.on(held);
    NDArray lengths = Uploads.of(held, in.mask().keyLengths()); // (B)
    int keys = (int) in.key().getShape().get(2);
    Projection projected =
        new Projection(
            Math.min(rows, Math.max(1, keys)),
            projection == Kind.RANDOM,
            1_000_003 * seed + in.site().layer());
    NDArray key = // (B, Hkv, rows, D)
        operators.project(held, in.key(), in.query(), lengths, projected);
    NDArray mask = // (B, 1, 1, rows)
        operators.rowsMask(held, in.query(), lengths, projected.rows());
    return new ImpliedAttended(
        in,
        weighting(),
        held,
        values -> attend(in, key, mask, values, lengths, projected),
        (scope, span, sums) -> {
          NDArray weights = // (B, H, rows, projected)
              AttentionArrays.on(scope)
                  .weights(scope, span.of(scope, in.query()), key, sums, mask, in.scale());
          return operators.unproject(scope, weights, lengths, keys, projected);
        });
  }

  private static Result attend(
      AttentionInput in,
      NDArray key,
      NDArray mask,
      NDArray values,
      NDArray lengths,
      Projection projected) {
    NDManager scope = in.scope();
    try (NDArray value = // (B, Hkv, rows, C)
        CompressedOperators.on(scope).project(scope, values, in.query(), lengths, projected)) {
      return ResultParts.silenced(
          in,
          AttentionOperators.on(scope.getDevice())
              .attendMasked(scope, in.query(), key, value, mask, in.scale()));
    }
  }
}
