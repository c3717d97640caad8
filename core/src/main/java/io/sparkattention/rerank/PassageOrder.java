package io.sparkattention.rerank;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;

/** The order of passages everywhere: higher scores first, of equal scores the smaller id. */
final class PassageOrder {

  private PassageOrder() {}

  /** Indexes of passages, the best first. Both zeros are equal. */
  static List<Integer> bestFirst(
      Collection<Integer> indexes, IntToDoubleFunction score, IntFunction<String> passageId) {
    return indexes.stream()
        .sorted(
            Comparator.comparingDouble((Integer i) -> score.applyAsDouble(i) + 0.0)
                .reversed()
                .thenComparing(passageId::apply))
        .toList();
  }
}
