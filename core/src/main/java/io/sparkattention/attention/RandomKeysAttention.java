package io.sparkattention.attention;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.List;

/**
 * Keys drawn at random for each query among those it may see: what a mechanism recalls with so many
 * keys if it knows nothing, a control. The random part of BigBird (arXiv:2007.14062) on its own.
 * The draw follows from seed, layer, head and positions, never from a text's place in the batch.
 */
@Described(
    summary = "Keys drawn at random for each query: a control that costs more than dense",
    source = "BigBird, arXiv:2007.14062")
public record RandomKeysAttention(
    @Default(value = "256", means = "keys that each query reads") int keys,
    @Default(value = "0", means = "of the draw") int seed)
    implements Attention {

  /** Layers draw from seeds this far apart, more than there are heads. */
  private static final long APART = 1_000_003;

  public RandomKeysAttention {
    new OptionCheck().atLeast(1, "keys", keys).done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return List.of();
  }

  @Override
  public Attended attend(AttentionInput in) {
    long own = (seed * 31L + in.site().layer()) * APART;
    return RankedRows.attend(
        in,
        (operators, scope, queries, mask) ->
            operators.topNoise(
                scope, in.mask().queryOffsets(), mask, queries, in.heads(), keys, own));
  }
}
