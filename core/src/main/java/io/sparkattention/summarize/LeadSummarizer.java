package io.sparkattention.summarize;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.text.Sentence;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The first sentences of a document, which news is hard to summarize better than. A sentence's
 * score is one over its place, counted from 1.
 */
@Described(
    summary = "The first sentences of a document; needs no model",
    source = "The lead baseline of the Document Understanding Conferences, from 2001")
public record LeadSummarizer(
    @Default(value = "3", means = "how many sentences a summary has") int sentences)
    implements ExtractiveSummarizer {

  public LeadSummarizer {
    if (sentences < 1) {
      throw new IllegalArgumentException("sentences must be at least 1, but is " + sentences);
    }
  }

  @Override
  public Set<ModelRole> needs() {
    return Set.of();
  }

  @Override
  public List<Outcome<Selection>> select(List<List<Sentence>> documents, SummarizeContext context) {
    return documents.stream().map(document -> Outcome.of(lead(document))).toList();
  }

  private Selection lead(List<Sentence> document) {
    List<Selection.Choice> choices =
        IntStream.range(0, Math.min(sentences, document.size()))
            .mapToObj(index -> new Selection.Choice(index, 1.0 / (index + 1)))
            .toList();
    return new Selection(choices, 0, 0, 0, false);
  }
}
