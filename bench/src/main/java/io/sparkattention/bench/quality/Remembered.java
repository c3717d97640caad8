package io.sparkattention.bench.quality;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * What a model made of texts in one way, read once and kept, with the time that it took.
 *
 * @param <V> what is made of a text
 */
final class Remembered<V> {

  private final Function<List<String>, List<V>> model;
  private final ToIntFunction<V> tokensOf;
  private final Map<String, V> known = new HashMap<>();
  private long tokens;
  private long nanos;

  Remembered(Function<List<String>, List<V>> model, ToIntFunction<V> tokensOf) {
    this.model = model;
    this.tokensOf = tokensOf;
  }

  /** What was made of each text. */
  List<V> of(List<String> texts) {
    Set<String> distinct = new LinkedHashSet<>(texts);
    distinct.removeAll(known.keySet());
    List<String> unread = List.copyOf(distinct);
    long start = System.nanoTime();
    List<V> read = unread.isEmpty() ? List.of() : model.apply(unread);
    nanos += System.nanoTime() - start;
    for (int i = 0; i < unread.size(); i++) {
      known.put(unread.get(i), read.get(i));
      tokens += tokensOf.applyAsInt(read.get(i));
    }
    return texts.stream().map(known::get).toList();
  }

  /** Tokens that the model read. */
  long tokens() {
    return tokens;
  }

  /** Nanoseconds that the model read. */
  long nanos() {
    return nanos;
  }
}
