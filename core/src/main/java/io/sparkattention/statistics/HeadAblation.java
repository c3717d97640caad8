package io.sparkattention.statistics;

import io.sparkattention.attention.Silence;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.text.Tokens;
import java.util.EnumSet;
import java.util.Set;

/**
 * How much a model needs a head: how far the embedding of a sequence moves when what the head
 * attends to counts as 0, or as its mean over the sequence. Michel, Levy and Neubig 2019
 * (arXiv:1905.10650) rank heads so, by the loss of a task; here no task is needed. Against the mean
 * a head counts for what it tells tokens apart by, and not for what it adds to all of them.
 *
 * <p>Head: 1 − the cosine of the sequence's embeddings with and without the head, the mean over its
 * tokens; from 0 (not needed) to 2. Document: mean over the heads. One forward pass for each head.
 *
 * @param by what stands in for what the head attends to
 */
@Described(
    summary = "How much the model needs a head: how far embeddings move without it",
    source = "Michel, Levy and Neubig 2019, arXiv:1905.10650")
public record HeadAblation(
    @Default(value = "zero", means = "what stands in for the head: zero, or its mean") Silence by)
    implements ExperimentStatistic {

  @Override
  public ValueScale scale(StatisticLevel level) {
    return new ValueScale("1 − cosine", 0, 2);
  }

  @Override
  public String caveat() {
    return "Heads that stand in for each other each look needless: it does not show that several"
        + " can go together, for which see removable-heads and head-shapley";
  }

  @Override
  public Set<StatisticLevel> levels() {
    return EnumSet.of(StatisticLevel.DOCUMENT, StatisticLevel.HEAD);
  }

  @Override
  public long passes(int heads, int tokens) {
    return 1L + heads;
  }

  @Override
  public Findings findings(ExaminedModel model, Tokens sequence) {
    return Findings.ofHeads(changes(model, new PooledChange(model, sequence.ids(), by)));
  }

  /** How far a sequence moves without each head alone, [layer][head]. */
  static double[][] changes(ExaminedModel model, PooledChange change) {
    double[][] changes = new double[model.layers()][model.heads()];
    for (int layer = 0; layer < changes.length; layer++) {
      for (int head = 0; head < changes[layer].length; head++) {
        changes[layer][head] = change.without(Set.of(new HeadPlace(layer, head)));
      }
    }
    return changes;
  }
}
