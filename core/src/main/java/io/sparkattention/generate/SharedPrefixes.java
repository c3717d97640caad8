package io.sparkattention.generate;

import io.sparkattention.text.TokenBudget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Prompts in groups that begin alike, such as one question about many passages: what a group shares
 * is read once for all of it (prefix sharing, as in Hydragen, arXiv:2402.05099).
 *
 * @param groups in the order of the prompts
 * @param saved tokens that are not read again
 */
record SharedPrefixes(List<Group> groups, long saved) {

  /**
   * Some prompts, one after the other.
   *
   * @param from the first of them
   * @param to the one after the last
   * @param tokens how many they share; each has more
   */
  record Group(int from, int to, int tokens) {}

  /** Prompts in the order in which those that begin alike are neighbours. */
  static Comparator<int[]> order() {
    return Arrays::compare;
  }

  /**
   * The groups that save most.
   *
   * @param prompts in {@link #order}
   */
  static SharedPrefixes of(List<int[]> prompts) {
    int[] shared = new int[prompts.size()]; // of each prompt with the one before it
    for (int i = 1; i < shared.length; i++) {
      int mismatch = Arrays.mismatch(prompts.get(i - 1), prompts.get(i));
      shared[i] = mismatch < 0 ? prompts.get(i).length : mismatch;
    }
    return of(prompts, shared, 0, shared.length);
  }

  /** One group, or those between the prompts that share least, whichever saves more. */
  private static SharedPrefixes of(List<int[]> prompts, int[] shared, int from, int to) {
    if (to - from < 2) {
      int tokens = to == from ? 0 : prompts.get(from).length - 1;
      return new SharedPrefixes(to == from ? List.of() : List.of(new Group(from, to, tokens)), 0);
    }
    int least = Arrays.stream(shared, from + 1, to).min().orElse(0);
    int tokens = least;
    for (int i = from; i < to; i++) {
      tokens = Math.min(tokens, prompts.get(i).length - 1);
    }
    long saved = (to - from - 1L) * tokens;
    List<Group> parts = new ArrayList<>();
    long savedByParts = 0;
    int begin = from;
    for (int i = from + 1; i <= to; i++) {
      if (i == to || shared[i] == least) {
        SharedPrefixes part = of(prompts, shared, begin, i);
        parts.addAll(part.groups);
        savedByParts += part.saved;
        begin = i;
      }
    }
    return savedByParts < saved
        ? new SharedPrefixes(List.of(new Group(from, to, tokens)), saved)
        : new SharedPrefixes(parts, savedByParts);
  }

  /** Whether a second pass costs less than it spares: a quarter of the tokens or more. */
  boolean worthIt(List<int[]> prompts) {
    long all = prompts.stream().mapToLong(ids -> ids.length).sum();
    return 4 * saved >= all;
  }

  /** Whether every group has something to begin with: no prompt is one token alone. */
  boolean beginsAll() {
    return groups.stream().allMatch(group -> group.tokens > 0);
  }

  /**
   * Batches of neighbours.
   *
   * @param prompts in {@link #order}
   * @return the places of the prompts of each batch
   */
  static List<int[]> batches(List<int[]> prompts, TokenBudget budget) {
    List<int[]> batches = new ArrayList<>();
    int from = 0;
    long tokens = 0;
    for (int i = 0; i < prompts.size(); i++) {
      tokens += prompts.get(i).length;
      if (i > from && (tokens > budget.maxTokens() || i - from == budget.maxRows())) {
        batches.add(range(from, i));
        from = i;
        tokens = prompts.get(i).length;
      }
    }
    batches.add(range(from, prompts.size()));
    return batches;
  }

  private static int[] range(int from, int to) {
    int[] range = new int[to - from];
    Arrays.setAll(range, i -> from + i);
    return range;
  }
}
