package io.sparkattention.rerank;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An order that a model wrote: {@code [2] > [1] > [3]}. Numbers in brackets count, whatever stands
 * between them; a number that comes again or names nothing is dropped, and what is not named
 * follows in its order before. So an answer without any number leaves all as it was.
 *
 * @param order which of the things comes first, second and so on, from 0
 * @param repairs numbers that were dropped or added
 */
record Permutation(List<Integer> order, int repairs) {

  private static final Pattern NUMBER = Pattern.compile("\\[\\s*(\\d{1,9})\\s*\\]");

  /**
   * Reads an answer.
   *
   * @param count how many things were to be ordered, which are numbered from 1
   */
  static Permutation parse(String answer, int count) {
    Set<Integer> named = new LinkedHashSet<>();
    int repairs = 0;
    Matcher numbers = NUMBER.matcher(answer);
    while (numbers.find()) {
      int place = Integer.parseInt(numbers.group(1)) - 1;
      boolean counts = place >= 0 && place < count && named.add(place);
      repairs += counts ? 0 : 1;
    }
    for (int place = 0; place < count; place++) {
      repairs += named.add(place) ? 1 : 0;
    }
    return new Permutation(new ArrayList<>(named), repairs);
  }
}
