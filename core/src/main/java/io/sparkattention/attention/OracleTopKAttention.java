package io.sparkattention.attention;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.List;

/**
 * The keys with the highest scores of each query, found by computing all scores: the most that any
 * choice of so many keys can recall, and a control for mechanisms that guess. Gupta et al.
 * (arXiv:2106.06899). Time is that of dense attention and more.
 */
@Described(
    summary = "The keys with each query's highest scores: a control that costs more than dense",
    source = "Memory-efficient Transformers via Top-k Attention, arXiv:2106.06899")
public record OracleTopKAttention(
    @Default(value = "256", means = "keys that each query reads") int keys) implements Attention {

  public OracleTopKAttention {
    new OptionCheck().atLeast(1, "keys", keys).done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return List.of();
  }

  @Override
  public Attended attend(AttentionInput in) {
    return RankedRows.attend(
        in,
        (operators, scope, queries, mask) ->
            operators.topScores(
                scope, queries.of(scope, in.query()), in.key(), mask, keys, in.scale()));
  }
}
