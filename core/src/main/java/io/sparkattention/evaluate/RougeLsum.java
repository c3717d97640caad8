package io.sparkattention.evaluate;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.text.Sentence;
import io.sparkattention.text.SentenceSplitter;
import io.sparkattention.text.SentenceSplitters;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * ROUGE-L of summaries: per sentence of the reference, the union of its longest common subsequences
 * with every sentence of the prediction; no word counts more often than a text has it (Lin, 2004,
 * section 3.2). It equals rouge-score's {@code rougeLsum}, which takes lines for sentences: a text
 * without line breaks is one.
 */
@Described(
    summary = "longest common subsequences sentence by sentence, joined per reference sentence",
    source = "rouge-score (Lin, 2004)")
public record RougeLsum(
    @Default(value = "stemmed", means = "what a word is: stemmed, plain or unicode")
        RougeTokenizer tokenizer,
    @Default(value = "lines", means = "what a sentence is: lines, or found in the text")
        Sentences sentences)
    implements OverlapMetric {

  /** What ROUGE-Lsum takes for a sentence. */
  public enum Sentences {
    /** Each line, as rouge-score does: whoever writes the texts puts a sentence on a line. */
    LINES {
      @Override
      List<String> of(String text) {
        return Arrays.stream(text.split("\n")).filter(line -> !line.isEmpty()).toList();
      }
    },
    /** What a {@link SentenceSplitter} finds. */
    FOUND {
      @Override
      List<String> of(String text) {
        return SentenceSplitters.byLanguage().split(text).stream().map(Sentence::text).toList();
      }
    };

    abstract List<String> of(String text);
  }

  @Override
  public Overlap overlap(String prediction, String reference) {
    List<List<String>> predicted = words(prediction);
    List<List<String>> referred = words(reference);
    Map<String, Integer> left = counts(predicted);
    int shared = 0;
    for (List<String> sentence : referred) {
      BitSet union = new BitSet();
      predicted.forEach(other -> union.or(CommonSubsequence.inReference(sentence, other)));
      for (int i = union.nextSetBit(0); i >= 0; i = union.nextSetBit(i + 1)) {
        int unused = left.get(sentence.get(i));
        if (unused > 0) {
          shared++;
          left.put(sentence.get(i), unused - 1);
        }
      }
    }
    return Overlap.of(shared, total(predicted), total(referred));
  }

  private List<List<String>> words(String text) {
    return sentences.of(text).stream().map(tokenizer::words).toList();
  }

  private static Map<String, Integer> counts(List<List<String>> sentences) {
    Map<String, Integer> counts = new HashMap<>();
    sentences.forEach(s -> s.forEach(word -> counts.merge(word, 1, Integer::sum)));
    return counts;
  }

  private static int total(List<List<String>> sentences) {
    return sentences.stream().mapToInt(List::size).sum();
  }
}
