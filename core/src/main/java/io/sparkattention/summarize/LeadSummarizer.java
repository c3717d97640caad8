package io.sparkattention.summarize;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.registry.Described;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The first sentences of a source that fit, which news is hard to summarize better than. A
 * sentence's score is one over its place in its document, counted from 1; of a group, the first
 * sentences of all documents come before the second ones.
 */
@Described(
    summary = "The first sentences of a document; needs no model",
    source = "The lead baseline of the Document Understanding Conferences, from 2001")
public record LeadSummarizer() implements ExtractiveSummarizer {

  @Override
  public Set<ModelRole> needs() {
    return Set.of();
  }

  @Override
  public List<Outcome<Selection>> select(List<SourceSentences> sources, SummarizeContext context) {
    return sources.stream().map(source -> Outcome.attempt(() -> lead(source))).toList();
  }

  private static Selection lead(SourceSentences source) {
    double[] scores = new double[source.size()];
    Arrays.setAll(scores, i -> 1.0 / (source.sentences().get(i).index() + 1));
    return Selection.withoutModel(MarginalRelevance.choose(source.allowance(), scores), scores);
  }
}
