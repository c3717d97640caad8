package io.sparkattention.attention;

import io.sparkattention.registry.Described;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Visible;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Exact attention by the fused operators of libtorch, with memory linear in the number of tokens.
 * FlashAttention (arXiv:2205.14135).
 */
@Described(
    summary = "Exact attention by fused operators, memory linear in length",
    source = "FlashAttention, arXiv:2205.14135")
public record DenseAttention() implements Attention {

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return List.of();
  }

  @Override
  public Set<Layout.Kind> layouts() {
    return EnumSet.allOf(Layout.Kind.class);
  }

  @Override
  public boolean exact() {
    return true;
  }

  @Override
  public Attended attend(AttentionInput in) {
    AttentionOperators operators = AttentionOperators.on(in.scope().getDevice());
    if (!(in.layout() instanceof Layout.Packed packed)) {
      return new FullAttended(in, values -> MaskedAttention.attend(in, values, operators));
    }
    if (in.bias() != null || !servesPacked(in.mask(), packed)) {
      return new RestoredAttended(in, this);
    }
    Visible visible = in.mask().direction() == Direction.CAUSAL ? Visible.PAST : Visible.ALL;
    return new PackedAttended(
        in.value(),
        values ->
            operators.attendPacked(
                in.scope(),
                in.query(),
                in.key(),
                values,
                packed.queryOffsets(),
                packed.keyOffsets(),
                visible,
                in.scale()));
  }

  /**
   * Whether each query sees its whole sequence, or its past where that is as long as the queries.
   */
  private static boolean servesPacked(AttentionMask mask, Layout.Packed packed) {
    boolean whole =
        Arrays.equals(mask.queryLengths(), packed.queryLengths())
            && Arrays.equals(mask.keyLengths(), packed.keyLengths());
    return whole
        && (mask.direction() == Direction.BIDIRECTIONAL
            || Arrays.stream(mask.queryOffsets()).allMatch(offset -> offset == 0)
                && Arrays.equals(packed.queryLengths(), packed.keyLengths()));
  }
}
