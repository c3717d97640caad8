package io.sparkattention.evaluate;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.List;

/**
 * ROUGE-L: the longest sequence of words that prediction and reference have in the same order, gaps
 * allowed, over the texts as a whole (Lin, 2004). It equals rouge-score's {@code rougeL}.
 */
@Described(
    summary = "longest common subsequence of prediction and reference as a whole",
    source = "rouge-score (Lin, 2004)")
public record RougeL(
    @Default(value = "stemmed", means = "what a word is: stemmed, plain or unicode")
        RougeTokenizer tokenizer)
    implements OverlapMetric {

  @Override
  public Overlap overlap(String prediction, String reference) {
    List<String> predicted = tokenizer.words(prediction);
    List<String> referred = tokenizer.words(reference);
    int shared = CommonSubsequence.length(referred, predicted);
    return Overlap.of(shared, predicted.size(), referred.size());
  }
}
