package io.sparkattention.statistics;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.statistics.matrix.ShapleySample;
import io.sparkattention.text.Tokens;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * What each head adds to the embedding of a sequence when heads leave in any order: Shapley values
 * of the cosine between embeddings with some heads and with all. Held and Yang 2023
 * (arXiv:2210.05709) prune the heads with negative values, which disturb the others.
 *
 * <p>Head: from −2 to 2; the heads of a sequence add up to 1 less the cosine without any head.
 * Document: that sum over the number of heads. Orders are sampled with the same seed for every
 * sequence; one takes up to a forward pass for each head, and ends early where the embedding is no
 * more like the whole one than without any head.
 *
 * @param permutations orders at most
 * @param tolerance of values: orders and sampling end early below it
 * @param seed of the orders
 */
@Described(
    summary = "What each head adds to embeddings when heads leave in any order: Shapley values",
    source = "Held and Yang 2023, arXiv:2210.05709")
public record HeadShapley(
    @Default(value = "4", means = "orders in which heads leave, at most") int permutations,
    @Default(value = "0.01", means = "orders and sampling end early at this precision; 0 never")
        double tolerance,
    @Default(value = "0", means = "of the orders") int seed)
    implements ExperimentStatistic {

  public HeadShapley {
    OptionCheck check = new OptionCheck().atLeast(1, "permutations", permutations);
    if (!(tolerance >= 0)) {
      check.problem("tolerance=" + tolerance + " must be 0 or more");
    }
    check.done();
  }

  @Override
  public ValueScale scale(StatisticLevel level) {
    return new ValueScale("cosine", -2, 2);
  }

  @Override
  public String caveat() {
    return "A few sampled orders tell heads of like values badly apart, and what a sequence needs"
        + " another may not";
  }

  @Override
  public Set<StatisticLevel> levels() {
    return EnumSet.of(StatisticLevel.DOCUMENT, StatisticLevel.HEAD);
  }

  @Override
  public long passes(int heads, int tokens) {
    return 3 + permutations * (heads - 1L); // as it is, with all heads, with none
  }

  @Override
  public Findings findings(ExaminedModel model, Tokens sequence) {
    PooledChange change = new PooledChange(model, sequence.ids());
    int heads = model.heads();
    double[] values =
        ShapleySample.of(
            model.layers() * heads,
            in -> 1 - change.without(silenced(in, model)),
            permutations,
            tolerance,
            seed);
    double[][] found = new double[model.layers()][heads];
    for (int i = 0; i < values.length; i++) {
      found[i / heads][i % heads] = values[i];
    }
    return Findings.ofHeads(found);
  }

  private static Set<HeadPlace> silenced(BitSet in, ExaminedModel model) {
    Set<HeadPlace> silenced = new HashSet<>();
    for (int i = in.nextClearBit(0); i < model.layers() * model.heads(); ) {
      silenced.add(new HeadPlace(i / model.heads(), i % model.heads()));
      i = in.nextClearBit(i + 1);
    }
    return silenced;
  }
}
