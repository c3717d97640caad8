package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;
import io.sparkattention.tensor.SparseOperators.Thinning;
import io.sparkattention.tensor.SparseOperators.Window;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks that read themselves and both neighbours whole, the blocks beyond these thinned out, and
 * first tokens that read and are read by all; lets an encoder of 512 positions read much longer
 * texts without training. LSG attention (arXiv:2210.15497).
 *
 * <p>With sparsity s, one key in s is kept of each of the s blocks on either side beyond the
 * neighbours, so a block reads as many thinned keys on each side as it has tokens. Each head thins
 * on its own, by one of the paper's three ways that choose keys: largest norm, stride,
 * block-stride.
 *
 * <p>The paper's other two, mean pooling and LSH clustering, are left out: they average keys. The
 * score of an average is no key's score, so their logSumExp would not be that of the keys that are
 * attended to, as {@link Attended} promises, and entropy and merging would be wrong.
 */
@Described(
    summary =
        "Neighbouring blocks whole, further ones thinned out by head, and global first tokens",
    source = "LSG attention, arXiv:2210.15497")
public record LocalSparseGlobalAttention(
    @Default(value = "128", means = "tokens of a block") int block,
    @Default(value = "4", means = "one key in so many is kept beyond the neighbours") int sparsity,
    @Default(
            value = "norm",
            means =
                "which keys are kept: of largest norm, one in so many, or neighbours; the paper's"
                    + " pooling and LSH are left out, since they average keys")
        Thinning mode,
    @Default(value = "1", means = "first tokens that read all and are read by all") int globals)
    implements Attention {

  public LocalSparseGlobalAttention {
    OptionCheck check = new OptionCheck();
    check.atLeast(1, "block", block).atLeast(0, "globals", globals);
    if (sparsity < 1 || block % sparsity != 0) {
      check.problem("sparsity=" + sparsity + " must divide block=" + block);
    }
    check.done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = Reasons.selfOnly("local-sparse-global", shape);
    if (shape.direction() == Direction.CAUSAL) {
      reasons.add(
          "local-sparse-global reads both sides of a query, which a causal model hides: use"
              + " sink-window or window-global");
    }
    if (shape.positionBias()) {
      reasons.add(
          "local-sparse-global picks other keys in each head, to which the model's position bias"
              + " cannot be added: use window-global or dense");
    }
    return reasons;
  }

  @Override
  public Attended attend(AttentionInput in) {
    NDManager selected = in.scope().newSubManager();
    return new SelectedAttended(in, selections(in, selected), selected);
  }

  private List<KeySelection> selections(AttentionInput in, NDManager scope) {
    int tokens = (int) in.query().getShape().get(2);
    int first = Math.min(globals, tokens);
    List<KeySelection> blocks = new ArrayList<>();
    if (first > 0) {
      Window all = new Window(0, 0, 0, globals);
      Span queries = new Span(0, first);
      blocks.add(new SpanSelection(in, queries, List.of(new Span(0, tokens)), all));
    }
    SparseOperators operators = SparseOperators.on(scope);
    NDArray lengths = Uploads.of(scope, in.mask().keyLengths()); // (B)
    NDArray thinned = // (B, Hkv, blocks, block / sparsity)
        operators.thin(scope, in.key(), lengths, block, sparsity, mode);
    for (int number = 0; number * block < tokens; number++) {
      Span queries =
          new Span(
              Math.max(first, number * block),
              Math.max(first, Math.min(tokens, (number + 1) * block)));
      if (queries.length() > 0) {
        NDList near =
            operators.near(scope, thinned, lengths, number, block, sparsity, globals, tokens);
        blocks.add(new IndexSelection(in, queries, near.get(0), near.get(1)));
      }
    }
    return blocks;
  }
}
