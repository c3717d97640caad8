package io.sparkattention.evaluate;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * ROUGE-N: the n-grams that prediction and reference share, each as often as both have it (Lin, ACL
 * workshop on text summarization, 2004). It equals rouge-score's {@code rouge1} to {@code rouge9}.
 */
@Described(
    summary = "shared n-grams of prediction and reference; rouge1, rouge2 for short",
    source = "rouge-score (Lin, 2004)")
public record RougeN(
    @Default(value = "1", means = "words of an n-gram, 1 to 9") int n,
    @Default(value = "stemmed", means = "what a word is: stemmed, plain or unicode")
        RougeTokenizer tokenizer)
    implements OverlapMetric {

  public RougeN {
    OptionCheck check = new OptionCheck().atLeast(1, "n", n);
    if (n > 9) {
      check.problem("n=" + n + " must be 9 or less");
    }
    check.done();
  }

  @Override
  public Overlap overlap(String prediction, String reference) {
    Map<String, Integer> predicted = grams(prediction);
    Map<String, Integer> referred = grams(reference);
    int shared = 0;
    for (Map.Entry<String, Integer> gram : referred.entrySet()) {
      shared += Math.min(gram.getValue(), predicted.getOrDefault(gram.getKey(), 0));
    }
    return Overlap.of(shared, total(predicted), total(referred));
  }

  private Map<String, Integer> grams(String text) {
    List<String> words = tokenizer.words(text);
    Map<String, Integer> counts = new HashMap<>();
    for (int from = 0; from + n <= words.size(); from++) {
      counts.merge(String.join(" ", words.subList(from, from + n)), 1, Integer::sum);
    }
    return counts;
  }

  private static int total(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
