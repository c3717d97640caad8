package io.sparkattention.summarize;

import io.sparkattention.model.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A summarizer that keeps some of a source's sentences, verbatim and in the order in which they
 * stand there.
 */
public interface ExtractiveSummarizer extends Summarizer {

  /**
   * Chooses sentences, one after the other, until none of the others fits into the allowance.
   *
   * @param sources the sentences of each source, at least one per source, none blank
   * @param context what the strategy may work with
   * @return one outcome per source, in order
   */
  List<Outcome<Selection>> select(List<SourceSentences> sources, SummarizeContext context);

  @Override
  default List<Outcome<Summary>> summarize(
      List<Source> sources, Budget budget, SummarizeContext context) {
    List<Outcome<SourceSentences>> split =
        sources.stream()
            .map(source -> Outcome.attempt(() -> sentences(source, budget, context)))
            .toList();
    List<SourceSentences> sound =
        split.stream().filter(source -> !source.failed()).map(Outcome::value).toList();
    Iterator<Outcome<Selection>> selections = select(sound, context).iterator();
    List<Outcome<Summary>> summaries = new ArrayList<>(sources.size());
    for (Outcome<SourceSentences> source : split) {
      summaries.add(
          source.failed()
              ? Outcome.failure(source.error())
              : selections.next().then(selection -> join(source.value(), selection)));
    }
    return summaries;
  }

  private SourceSentences sentences(Source source, Budget budget, SummarizeContext context) {
    if (needsQuery() && source.query().filter(query -> !query.isBlank()).isEmpty()) {
      throw new IllegalArgumentException(
          "there is no query, which this strategy looks for: give one to each row");
    }
    return SourceSentences.of(source, budget, context);
  }

  private static Summary join(SourceSentences source, Selection selection) {
    List<SummarySentence> chosen =
        selection.choices().stream()
            .sorted(Comparator.comparingInt(Selection.Choice::index))
            .map(choice -> quote(source.sentences().get(choice.index()), choice))
            .toList();
    return new Summary(
        chosen.stream().map(SummarySentence::text).collect(Collectors.joining(" ")),
        chosen,
        selection.tokensIn(),
        selection.tokensOut(),
        selection.chunks(),
        selection.truncated());
  }

  private static SummarySentence quote(SourceSentences.Placed placed, Selection.Choice choice) {
    return new SummarySentence(
        placed.document(),
        placed.index(),
        placed.sentence().start(),
        placed.sentence().end(),
        choice.score(),
        placed.text());
  }
}
