package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.TreeOperators;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys lie in a balanced tree, in their order; each query goes down to the child that scores higher
 * and reads the keys of the leaf it comes to and, for each turn, one key for all that it left
 * behind. Tree Cross Attention (arXiv:2309.17388).
 *
 * <p>The paper learns which way to go and what nodes hold. Here a node is the mean of its keys,
 * counted as often as there are keys, with the mean of their values, and the higher score decides.
 * A query reads a number of keys that is logarithmic in the length of the text.
 */
@Described(
    summary = "A way down a tree of means to one leaf of keys, with what is left on the way",
    source = "Tree Cross Attention, arXiv:2309.17388",
    operatorOnly = true)
public record TreeCrossAttention(
    @Default(value = "32", means = "keys of a leaf, which are read one by one") int leaf)
    implements Attention {

  public TreeCrossAttention {
    new OptionCheck().atLeast(1, "leaf", leaf).done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>(Reasons.unbiased("tree-cross", shape));
    if (shape.direction() == Direction.CAUSAL) {
      reasons.add(
          "tree-cross reads means over the whole text, of which a causal query may not see the end:"
              + " use it in per-site:cross=tree-cross");
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
    NDArray lengths = Uploads.of(held, in.mask().keyLengths()); // (B)
    TreeOperators operators = TreeOperators.on(held);
    int keys = (int) Math.min(leaf, in.key().getShape().get(2)); // of a leaf, at most the text
    return new ImpliedAttended(
        in,
        weighting(),
        held,
        values ->
            ResultParts.silenced(
                in,
                operators.attend(
                    in.scope(), in.query(), in.key(), values, lengths, keys, in.scale())),
        (scope, span, sums) ->
            operators.rows(scope, span.of(scope, in.query()), in.key(), lengths, keys, in.scale()));
  }
}
