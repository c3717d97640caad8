package io.sparkattention.summarize;

import io.sparkattention.model.Outcome;
import io.sparkattention.text.Sentence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/** A summarizer that keeps some of a document's sentences, verbatim and in document order. */
public interface ExtractiveSummarizer extends Summarizer {

  /**
   * Chooses sentences.
   *
   * @param documents the sentences of each document, at least one per document, none blank
   * @param context what the strategy may work with
   * @return one outcome per document, in order
   */
  List<Outcome<Selection>> select(List<List<Sentence>> documents, SummarizeContext context);

  @Override
  default List<Outcome<Summary>> summarize(List<String> texts, SummarizeContext context) {
    List<Outcome<List<Sentence>>> documents =
        texts.stream().map(text -> Outcome.attempt(() -> sentences(text, context))).toList();
    List<List<Sentence>> sound =
        documents.stream().filter(document -> !document.failed()).map(Outcome::value).toList();
    Iterator<Outcome<Selection>> selections = select(sound, context).iterator();
    List<Outcome<Summary>> summaries = new ArrayList<>(texts.size());
    for (Outcome<List<Sentence>> document : documents) {
      summaries.add(
          document.failed()
              ? Outcome.failure(document.error())
              : selections.next().then(selection -> join(document.value(), selection)));
    }
    return summaries;
  }

  private static List<Sentence> sentences(String text, SummarizeContext context) {
    if (text == null) {
      throw new IllegalArgumentException("the text is null");
    }
    List<Sentence> sentences =
        context.splitter().split(text).stream().filter(s -> !s.text().isBlank()).toList();
    if (sentences.isEmpty()) {
      throw new IllegalArgumentException(
          text.isBlank() ? "the text is empty" : "no sentence was found in the text");
    }
    return sentences;
  }

  private static Summary join(List<Sentence> sentences, Selection selection) {
    List<SummarySentence> chosen =
        selection.choices().stream()
            .sorted(Comparator.comparingInt(Selection.Choice::index))
            .map(choice -> quote(sentences.get(choice.index()), choice))
            .toList();
    return new Summary(
        chosen.stream().map(SummarySentence::text).collect(Collectors.joining(" ")),
        chosen,
        selection.tokensIn(),
        selection.tokensOut(),
        selection.chunks(),
        selection.truncated());
  }

  private static SummarySentence quote(Sentence sentence, Selection.Choice choice) {
    return new SummarySentence(
        choice.index(), sentence.start(), sentence.end(), choice.score(), sentence.text());
  }
}
