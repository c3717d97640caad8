package io.sparkattention.summarize;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Sentences drawn by lot: what a strategy must beat to know anything. A sentence's score is its
 * lot, from 0 to 1. The lots depend on the seed and on the text of the source alone, so that they
 * are the same in every run and in every batch.
 */
@Described(
    summary = "Sentences drawn by lot, as a control; needs no model",
    source = "The random baseline of LexRank, arXiv:1109.2128")
public record RandomSummarizer(
    @Default(value = "0", means = "another seed draws other sentences") long seed)
    implements ExtractiveSummarizer {

  @Override
  public Set<ModelRole> needs() {
    return Set.of();
  }

  @Override
  public List<Outcome<Selection>> select(List<SourceSentences> sources, SummarizeContext context) {
    return sources.stream().map(source -> Outcome.attempt(() -> draw(source))).toList();
  }

  private Selection draw(SourceSentences source) {
    long text = source.source().texts().hashCode();
    SplittableRandom lots = new SplittableRandom(seed * 0x1_0000_0001L + text);
    double[] scores = lots.doubles(source.size()).toArray();
    return Selection.withoutModel(MarginalRelevance.choose(source.allowance(), scores), scores);
  }
}
