package io.sparkattention.rerank;

import io.sparkattention.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The tokens by which a model answers yes and no.
 *
 * @param yes ids, sorted
 * @param no ids, sorted, none of them in {@code yes}
 */
record AnswerTokens(int[] yes, int[] no) {

  /** What an answer may stand behind: a new line, or a word and a blank. */
  private static final List<String> BEFORE = List.of("a\n", "a ");

  /**
   * Finds words that are single tokens, at the beginning of a line or behind a blank; a word that
   * is not counts for nothing if another is.
   *
   * @throws IllegalArgumentException with every reason why there are no such tokens
   */
  static AnswerTokens find(List<String> yes, List<String> no, Tokenizer tokenizer) {
    List<String> problems = new ArrayList<>();
    int[] yesIds = ids("yes", yes, tokenizer, problems);
    int[] noIds = ids("no", no, tokenizer, problems);
    if (Arrays.stream(yesIds).anyMatch(id -> Arrays.binarySearch(noIds, id) >= 0)) {
      problems.add("yes=%s and no=%s share a token: name words that differ".formatted(yes, no));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "the model cannot answer yes or no: " + String.join("; ", problems));
    }
    return new AnswerTokens(yesIds, noIds);
  }

  private static int[] ids(
      String option, List<String> words, Tokenizer tokenizer, List<String> problems) {
    Set<Integer> ids = new TreeSet<>();
    for (String word : words) {
      for (String before : BEFORE) {
        int[] without = tokenizer.encodeContentIds(before.stripTrailing()).ids();
        int[] start = before.endsWith(" ") ? without : tokenizer.encodeContentIds(before).ids();
        int[] all = tokenizer.encodeContentIds(before + word).ids();
        if (all.length == start.length + 1 && Arrays.mismatch(start, all) == start.length) {
          ids.add(all[start.length]);
        }
      }
    }
    if (ids.isEmpty()) {
      problems.add(
          "%s=%s is no single token of its tokenizer: name words that are, by %s=[…]"
              .formatted(option, String.join(",", words), option));
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /** All of them, those for yes first. */
  int[] all() {
    return IntStream.concat(Arrays.stream(yes), Arrays.stream(no)).toArray();
  }

  /** The logarithm of the probability of any yes. */
  double logYes(double[] ofAll) {
    return logSum(Arrays.copyOf(ofAll, yes.length));
  }

  /** The logarithm of the probability of any no. */
  double logNo(double[] ofAll) {
    return logSum(Arrays.copyOfRange(ofAll, yes.length, ofAll.length));
  }

  static double logSum(double... logarithms) {
    double most = Arrays.stream(logarithms).max().orElse(Double.NEGATIVE_INFINITY);
    if (most == Double.NEGATIVE_INFINITY || Double.isNaN(most)) {
      return most;
    }
    return most + Math.log(Arrays.stream(logarithms).map(each -> Math.exp(each - most)).sum());
  }
}
