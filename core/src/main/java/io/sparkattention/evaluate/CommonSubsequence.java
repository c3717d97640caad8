package io.sparkattention.evaluate;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The longest common subsequence of two texts' words. */
final class CommonSubsequence {

  private CommonSubsequence() {}

  /** How many words it has. Memory is linear in the second text. */
  static int length(List<String> reference, List<String> prediction) {
    return fill(reference, prediction, null);
  }

  /**
   * Which words of the reference belong to one of the longest, that which rouge-score reads out
   * where there are several: from the end on, a word of the reference is given up before one of the
   * prediction. One bit of memory per pair of words.
   */
  static BitSet inReference(List<String> reference, List<String> prediction) {
    int columns = prediction.size();
    BitSet[] leftIsLonger = new BitSet[reference.size()]; // per row i, bit j
    fill(reference, prediction, leftIsLonger);
    BitSet members = new BitSet(reference.size());
    int i = reference.size() - 1;
    int j = columns - 1;
    while (i >= 0 && j >= 0) {
      if (reference.get(i).equals(prediction.get(j))) {
        members.set(i);
        i--;
        j--;
      } else if (leftIsLonger[i].get(j)) {
        j--;
      } else {
        i--;
      }
    }
    return members;
  }

  private static int fill(List<String> reference, List<String> prediction, BitSet[] leftIsLonger) {
    Map<String, Integer> ids = new HashMap<>();
    int[] columns = ids(prediction, ids);
    int[] rows = ids(reference, ids);
    int[] above = new int[columns.length + 1]; // lengths for the row before, then for this one
    for (int i = 0; i < rows.length; i++) {
      BitSet longer = new BitSet();
      int diagonal = 0;
      for (int j = 1; j <= columns.length; j++) {
        int up = above[j];
        int left = above[j - 1];
        above[j] = rows[i] == columns[j - 1] ? diagonal + 1 : Math.max(up, left);
        longer.set(j - 1, left > up);
        diagonal = up;
      }
      if (leftIsLonger != null) {
        leftIsLonger[i] = longer;
      }
    }
    return above[columns.length];
  }

  private static int[] ids(List<String> words, Map<String, Integer> known) {
    int[] ids = new int[words.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = known.computeIfAbsent(words.get(i), word -> known.size());
    }
    return ids;
  }
}
