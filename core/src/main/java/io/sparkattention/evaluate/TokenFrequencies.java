package io.sparkattention.evaluate;

import io.sparkattention.text.Tokenizer;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * In how many references each token of a model's vocabulary occurs. Parts are counted apart and
 * added up.
 *
 * @param references how many were counted
 * @param frequencies by vocabulary id
 */
public record TokenFrequencies(long references, Map<Integer, Long> frequencies)
    implements Serializable {

  /** The frequencies in no references. */
  public static final TokenFrequencies NONE = new TokenFrequencies(0, Map.of());

  public TokenFrequencies {
    frequencies = Collections.unmodifiableMap(new TreeMap<>(frequencies));
  }

  /** Counts in references, by the tokenizer of the model that embeds their tokens. */
  public static TokenFrequencies count(Iterable<String> references, Tokenizer tokenizer) {
    Map<Integer, Long> frequencies = new TreeMap<>();
    long count = 0;
    for (String reference : references) {
      count++;
      Arrays.stream(tokenizer.encodeContentIds(reference).ids())
          .distinct()
          .forEach(id -> frequencies.merge(id, 1L, Long::sum));
    }
    return new TokenFrequencies(count, frequencies);
  }

  /** The frequencies in both parts; no reference may be in both. */
  public TokenFrequencies plus(TokenFrequencies other) {
    Map<Integer, Long> sum = new TreeMap<>(frequencies);
    other.frequencies.forEach((id, count) -> sum.merge(id, count, Long::sum));
    return new TokenFrequencies(references + other.references, sum);
  }

  /** Inverse document frequency: log((references + 1) / (frequency + 1)). */
  double idf(int id) {
    return Math.log((references + 1.0) / (frequencies.getOrDefault(id, 0L) + 1.0));
  }
}
