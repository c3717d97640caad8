package io.sparkattention.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Texts of random words, none twice, for experiments that plant something in them. */
final class PlantedTexts {
  private final List<Integer> words = new ArrayList<>();
  private final Random random;

  PlantedTexts(ExaminedModel model, long seed) {
    for (int word : model.words()) {
      words.add(word);
    }
    random = new Random(seed);
  }

  /**
   * Every reason why a model cannot read such texts; empty if it can.
   *
   * @param different words that are drawn at once
   * @param length words of the longest text
   */
  static List<String> unsupportedReasons(ExaminedModel model, int different, int length) {
    List<String> reasons = new ArrayList<>();
    int words = model.words().length;
    if (different > words) {
      reasons.add(tooFew(different, words));
    }
    int tokens = words == 0 ? length : model.framed(new int[length]).length();
    if (tokens > model.maxTokens()) {
      reasons.add(
          "its texts have %d tokens, but the model reads %d: ask for fewer words"
              .formatted(tokens, model.maxTokens()));
    }
    return reasons;
  }

  private static String tooFew(int asked, int words) {
    return "%d different words were asked for, but the vocabulary has %d: ask for fewer"
        .formatted(asked, words);
  }

  /** Where a text begins among the special tokens around it. */
  static int start(int[] framed, int[] text) {
    int start = 0;
    while (!Arrays.equals(framed, start, start + text.length, text, 0, text.length)) {
      start++;
    }
    return start;
  }

  /** Whether tokens see none after them. */
  static boolean readsLeftToRight(ObservedLayers layers) {
    for (float[][] head : layers.weights(0, 0, 1)) {
      for (int s = 1; s < head[0].length; s++) {
        if (head[0][s] > 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** Different words in random order. */
  int[] draw(int count) {
    if (count > words.size()) {
      throw new IllegalArgumentException(tooFew(count, words.size()));
    }
    Collections.shuffle(words, random);
    return words.subList(0, count).stream().mapToInt(Integer::intValue).toArray();
  }
}
