package io.sparkattention.generate;

import io.sparkattention.generate.BeamHypotheses.Best;
import io.sparkattention.generate.BeamHypotheses.Candidate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The beams of one prompt, in groups of equal size. A group that is over keeps its rows until all
 * are, so that every prompt has as many rows as another.
 */
final class BeamGroups {

  private final List<BeamHypotheses> groups;
  private final Map<Integer, Integer> said = new TreeMap<>();

  /**
   * @param group makes one of the groups
   */
  BeamGroups(int count, Supplier<BeamHypotheses> group) {
    this.groups = Stream.generate(group).limit(count).toList();
  }

  BeamHypotheses group(int index) {
    return groups.get(index);
  }

  /** The texts of all rows. */
  List<RunningText> running() {
    return groups.stream().flatMap(group -> group.running().stream()).toList();
  }

  /** How many beams have said each token in this step. */
  Map<Integer, Integer> said() {
    return said;
  }

  /** Begins a step. */
  void begin() {
    said.clear();
  }

  /** Lets a group go on with the best candidates, unless it is over. */
  void advance(int index, List<Candidate> candidates) {
    BeamHypotheses group = groups.get(index);
    if (group.over()) {
      return;
    }
    int length = group.running().get(0).length();
    group.advance(candidates);
    for (RunningText text : group.running()) {
      if (text.length() > length) {
        said.merge(text.last(), 1, Integer::sum);
      }
    }
  }

  /** The row that each row continues, among those of this prompt. */
  int[] origins() {
    List<Integer> origins = new ArrayList<>();
    for (BeamHypotheses group : groups) {
      int first = origins.size();
      for (int i = 0; i < group.origins().length; i++) {
        origins.add(first + (group.over() ? i : group.origins()[i]));
      }
    }
    return origins.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Whether no group can change the result any more. */
  boolean over() {
    return groups.stream().allMatch(BeamHypotheses::over);
  }

  /** The best text of all groups. */
  Said best() {
    return groups.stream()
        .map(BeamHypotheses::best)
        .max(Comparator.comparing(Best::score))
        .orElseThrow()
        .said();
  }
}
