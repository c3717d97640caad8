package io.sparkattention.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cuts sequences into batches of similar length within a token budget.
 *
 * <p>The longest come first, so that a batch that does not fit the memory shows at once.
 */
public final class BatchPlanner {

  private BatchPlanner() {}

  /**
   * Plans batches; equal lengths keep their order, so that the same input always has the same plan.
   *
   * @param lengths the number of tokens of each sequence
   * @return for each batch, the indices of its sequences; a sequence over the budget is alone in
   *     its batch
   */
  public static List<int[]> plan(int[] lengths, TokenBudget budget) {
    List<Integer> longestFirst =
        IntStream.range(0, lengths.length)
            .boxed()
            .sorted(Comparator.comparingInt(index -> -lengths[index]))
            .toList();
    List<int[]> batches = new ArrayList<>();
    int start = 0;
    while (start < longestFirst.size()) {
      int longest = lengths[longestFirst.get(start)];
      long tokens = longest;
      int end = start + 1;
      while (end < longestFirst.size()
          && budget.allows(end - start + 1, tokens + lengths[longestFirst.get(end)], longest)) {
        tokens += lengths[longestFirst.get(end)];
        end++;
      }
      batches.add(longestFirst.subList(start, end).stream().mapToInt(Integer::intValue).toArray());
      start = end;
    }
    return batches;
  }
}
