package io.sparkattention.summarize;

import io.sparkattention.text.Sentence;
import io.sparkattention.text.SentenceSplitter;
import java.util.ArrayList;
import java.util.List;

/**
 * A source as extractive strategies see it: the sentences of all its documents, one document after
 * the other, and how much of them may be kept.
 *
 * @param source where they come from
 * @param sentences at least one of each document, none blank
 * @param allowance what may be picked
 */
public record SourceSentences(Source source, List<Placed> sentences, Allowance allowance) {

  /**
   * A sentence and its document.
   *
   * @param document the document's place in the source, from 0
   * @param index the sentence's place in its document, from 0
   * @param sentence the sentence; offsets are those in its document
   */
  public record Placed(int document, int index, Sentence sentence) {

    /** What it says. */
    public String text() {
      return sentence.text();
    }
  }

  public SourceSentences {
    sentences = List.copyOf(sentences);
  }

  /** What each sentence says. */
  public List<String> texts() {
    return sentences.stream().map(Placed::text).toList();
  }

  /** How many sentences there are. */
  public int size() {
    return sentences.size();
  }

  /**
   * Splits a source.
   *
   * @throws IllegalArgumentException with every document that has no sentence, or if no sentence
   *     fits into the budget
   */
  static SourceSentences of(Source source, Budget budget, SummarizeContext context) {
    List<Placed> sentences = requireSentences(source, context.splitter());
    List<String> texts = sentences.stream().map(Placed::text).toList();
    return new SourceSentences(source, sentences, budget.allowance(texts, context.tokenCounter()));
  }

  /**
   * The sentences of a source.
   *
   * @throws IllegalArgumentException with every document that has none
   */
  static List<Placed> requireSentences(Source source, SentenceSplitter splitter) {
    if (source.texts().isEmpty()) {
      throw new IllegalArgumentException("the group has no documents");
    }
    List<Placed> sentences = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (int d = 0; d < source.texts().size(); d++) {
      String text = source.texts().get(d);
      int before = sentences.size();
      if (text != null) {
        add(sentences, d, text, splitter);
      }
      if (sentences.size() == before) {
        String document = source.texts().size() == 1 ? "" : "document " + d + ": ";
        problems.add(document + problem(text));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return sentences;
  }

  private static void add(
      List<Placed> sentences, int document, String text, SentenceSplitter splitter) {
    int index = 0;
    for (Sentence sentence : splitter.split(text)) {
      if (!sentence.text().isBlank()) {
        sentences.add(new Placed(document, index++, sentence));
      }
    }
  }

  private static String problem(String text) {
    return text == null
        ? "the text is null"
        : text.isBlank() ? "the text is empty" : "no sentence was found in the text";
  }
}
