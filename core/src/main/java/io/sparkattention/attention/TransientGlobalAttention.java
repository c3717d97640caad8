package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.CompressedOperators;
import io.sparkattention.tensor.LinearOperators.Reach;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;
import java.util.ArrayList;
import java.util.List;

/**
 * Each token reads those around it and one key for every block of the text, the mean of its keys.
 * LongT5 (arXiv:2112.07916), over any checkpoint: LongT5's own sums of hidden states with their
 * norm and bias belong to its models, which have them without this.
 *
 * <p>The weight of a mean counts for each token of the block in equal parts. In a causal model a
 * query reads the means of blocks that are over.
 */
@Described(
    summary = "A window of tokens, and the mean of every block of the text",
    source = "LongT5, arXiv:2112.07916",
    operatorOnly = true)
public record TransientGlobalAttention(
    @Default(
            value = "256",
            means = "tokens of the window, half on each side; all before a causal query")
        int window,
    @Default(value = "16", means = "tokens of a block that becomes one key") int block)
    implements Attention {

  /** Queries that read means together where the mask differs from query to query. */
  private static final int ROWS = 2048;

  public TransientGlobalAttention {
    new OptionCheck().atLeast(1, "window", window).atLeast(1, "block", block).done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>(Reasons.selfOnly("transient-global", shape));
    if (shape.positionBias()) {
      reasons.add(
          "transient-global reads means of many positions, to which the model's position bias"
              + " cannot be added: use window-global or dense");
    }
    return reasons;
  }

  @Override
  public Weighting weighting() {
    return Weighting.NORMALIZED;
  }

  @Override
  public Attended attend(AttentionInput in) {
    NDManager held = in.scope().newSubManager();
    return new Call(in, held).attended(weighting());
  }

  /** One call: what the window gives, and the means of keys. */
  private final class Call {

    private final AttentionInput in;
    private final NDManager held;
    private final CompressedOperators operators;
    private final int size; // tokens of a block, none longer than makes a difference
    private final Reach reach;
    private final Attended near;
    private final NDArray key; // (B, Hkv, blocks, D)
    private NDArray farSums; // (B, H, T)

    Call(AttentionInput in, NDManager held) {
      this.in = in;
      this.held = held;
      operators = CompressedOperators.on(held);
      reach = Reaches.of(held, in.mask());
      size = (int) Math.min(block, in.key().getShape().get(2) + 1);
      near = new SinkWindowAttention(0, window).attend(in.in(held));
      key = operators.means(held, in.key(), in.query(), reach.lengths(), size);
    }

    Attended attended(Weighting weighting) {
      return new ImpliedAttended(in, weighting, held, this::mix, this::weights);
    }

    private Result mix(NDArray values) {
      NDManager scope = in.scope();
      try (NDManager local = scope.newSubManager()) {
        NDArray mixed = values == in.value() ? near.output() : near.mix(values);
        Result far = far(local, values);
        if (farSums == null) {
          farSums = far.logSumExp().duplicate();
          farSums.attach(held);
        }
        Result all =
            SparseOperators.on(local).merge(local, new Result(mixed, near.logSumExp()), far);
        if (values != in.value()) {
          mixed.close();
        }
        NDArray output = AttentionArrays.on(scope).like(scope, all.output(), in.query());
        all.logSumExp().attach(scope);
        return ResultParts.silenced(in, new Result(output, all.logSumExp()));
      }
    }

    /** What the means give. */
    private Result far(NDManager scope, NDArray values) {
      NDArray value = operators.means(scope, values, in.query(), reach.lengths(), size);
      int queries = (int) in.query().getShape().get(2);
      int rows = in.mask().direction() == Direction.CAUSAL ? ROWS : queries;
      NDList outputs = new NDList();
      NDList sums = new NDList();
      for (int from = 0; from < queries; from += rows) {
        Span span = new Span(from, Math.min(queries, from + rows));
        Result part =
            AttentionOperators.on(scope.getDevice())
                .attendMasked(
                    scope, span.of(scope, in.query()), key, value, mask(scope, span), in.scale());
        outputs.add(part.output());
        sums.add(part.logSumExp());
      }
      return new Result(NDArrays.concat(outputs, 2), NDArrays.concat(sums, 2));
    }

    /** (B, 1, 1 or queries, blocks). */
    private NDArray mask(NDManager scope, Span queries) {
      int blocks = (int) key.getShape().get(2);
      return operators.meansMask(
          scope,
          in.query(),
          reach.offsets(),
          reach.lengths(),
          queries,
          blocks,
          size,
          reach.visible());
    }

    private NDArray weights(NDManager scope, Span span, NDArray all) {
      int keys = (int) in.key().getShape().get(2);
      NDArray sums = span.of(scope, farSums); // (B, H, rows)
      NDArray ofMeans = // (B, H, rows, blocks)
          AttentionArrays.on(scope)
              .weights(scope, span.of(scope, in.query()), key, sums, mask(scope, span), in.scale());
      NDArray far = operators.spreadMeans(scope, ofMeans, reach.lengths(), keys, size);
      NDArray own = near.weights(span.from(), span.to()); // (B, H, rows, S)
      own.attach(scope);
      return operators.joined(scope, own, far, span.of(scope, near.logSumExp()), sums);
    }
  }
}
