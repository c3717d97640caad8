package io.sparkattention.attention;

import io.sparkattention.registry.Described;
import io.sparkattention.tensor.AttentionOperators;
import java.util.List;

/**
 * Attention as it is written down: the whole matrix of weights, by the array API. The reference
 * that others are compared with. Vaswani et al. (arXiv:1706.03762).
 */
@Described(
    summary = "Exact attention with the whole matrix in memory, the reference",
    source = "Attention Is All You Need, arXiv:1706.03762")
public record EagerAttention() implements Attention {

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return List.of();
  }

  @Override
  public boolean exact() {
    return true;
  }

  @Override
  public Attended attend(AttentionInput in) {
    return new FullAttended(
        in, values -> MaskedAttention.attend(in, values, AttentionOperators.reference()));
  }
}
