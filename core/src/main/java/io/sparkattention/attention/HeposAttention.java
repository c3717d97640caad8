package io.sparkattention.attention;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.PatternOperators;
import io.sparkattention.tensor.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Head-wise positional strides: head h reads the positions h, h + stride, h + 2 · stride and so on,
 * so that the heads together read everything and each a part. Hepos (arXiv:2104.02112), made for
 * attention from a summary to a long document: {@code per-site:cross=[hepos:stride=4]}.
 *
 * <p>Heads are counted modulo the stride; in grouped-query attention the heads of a group read the
 * same positions. With fewer key and value heads than the stride some positions are read by none.
 */
@Described(
    summary = "Every head reads every so many positions, another part in each head",
    source = "Efficient Attentions for Long Document Summarization, arXiv:2104.02112",
    operatorOnly = true)
public record HeposAttention(
    @Default(value = "4", means = "positions from one that a head reads to the next") int stride)
    implements Attention {

  public HeposAttention {
    new OptionCheck().atLeast(1, "stride", stride).done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>();
    if (shape.direction() == Direction.CAUSAL) {
      reasons.add(
          "hepos reads one position in "
              + stride
              + " wherever the query stands, which may leave a causal query without any: use it in"
              + " per-site:cross=hepos");
    }
    if (shape.positionBias()) {
      reasons.add(
          "hepos reads other keys in each head, to which the model's position bias cannot be added:"
              + " use it in per-site:cross=hepos");
    }
    return reasons;
  }

  @Override
  public Attended attend(AttentionInput in) {
    NDManager selected = in.scope().newSubManager();
    int queries = (int) in.query().getShape().get(2);
    int keys = (int) in.key().getShape().get(2);
    NDList places =
        PatternOperators.on(selected)
            .strided(selected, in.mask().keyLengths(), in.keyValueHeads(), keys, stride);
    IndexSelection all = new IndexSelection(in, new Span(0, queries), places.get(0), places.get(1));
    return new SelectedAttended(in, List.of(all), selected);
  }
}
