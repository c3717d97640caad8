package io.sparkattention.statistics;

import io.sparkattention.attention.Silence;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The share of heads that can be silenced together before the embedding of a sequence moves by more
 * than a bound, the least needed first. Michel, Levy and Neubig 2019 (arXiv:1905.10650) find that
 * many heads can go at once.
 *
 * <p>Document: from 0 to 1, found by bisection, which takes it that more silenced heads move the
 * embedding further. Heads are ordered by {@link HeadAblation}; one forward pass for each head and
 * a few more.
 *
 * @param loss how far the embedding may move, in 1 − cosine
 * @param by what stands in for what silenced heads attend to
 */
@Described(
    summary = "Share of heads that can be silenced together at a small loss",
    source = "Michel, Levy and Neubig 2019, arXiv:1905.10650")
public record RemovableHeads(
    @Default(value = "0.01", means = "how far embeddings may move, in 1 − cosine") double loss,
    @Default(value = "zero", means = "what stands in for a head: zero, or its mean") Silence by)
    implements ExperimentStatistic {

  public RemovableHeads {
    OptionCheck check = new OptionCheck();
    if (!(loss >= 0 && loss <= 2)) {
      check.problem("loss=" + loss + " must be from 0 to 2");
    }
    check.done();
  }

  @Override
  public ValueScale scale(StatisticLevel level) {
    return ValueScale.share();
  }

  @Override
  public String caveat() {
    return "Heads that this sequence does not need may be needed for another";
  }

  @Override
  public Set<StatisticLevel> levels() {
    return EnumSet.of(StatisticLevel.DOCUMENT);
  }

  @Override
  public long passes(int heads, int tokens) {
    int halvings = Integer.SIZE - Integer.numberOfLeadingZeros(heads);
    return 1L + heads + halvings;
  }

  @Override
  public Findings findings(ExaminedModel model, Tokens sequence) {
    PooledChange change = new PooledChange(model, sequence.ids(), by);
    double[][] needed = HeadAblation.changes(model, change);
    List<HeadPlace> heads = new ArrayList<>();
    for (int layer = 0; layer < needed.length; layer++) {
      for (int head = 0; head < needed[layer].length; head++) {
        heads.add(new HeadPlace(layer, head));
      }
    }
    heads.sort(Comparator.comparingDouble(place -> needed[place.layer()][place.head()]));
    int removed = 0; // so many can go
    int most = heads.size();
    while (removed < most) {
      int middle = (removed + most + 1) / 2;
      if (change.without(new HashSet<>(heads.subList(0, middle))) <= loss) {
        removed = middle;
      } else {
        most = middle - 1;
      }
    }
    return Findings.ofDocument(removed / (double) heads.size());
  }
}
