package io.sparkattention.summarize;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a reader has in mind: a few lexical chains, those met last. A chain that must make room is
 * forgotten to long-term memory, from where a word recalls it (Kintsch and van Dijk, 1978, "Toward
 * a model of text comprehension and production").
 */
final class WorkingMemory {

  /** What a tie to a chain counts that must be recalled. */
  static final double RECALL = 0.5;

  private final int capacity;
  private final LinkedHashSet<Integer> mind = new LinkedHashSet<>(); // met last comes last
  private final Set<Integer> forgotten = new HashSet<>();

  /**
   * @param capacity how many chains are in mind at once
   */
  WorkingMemory(int capacity) {
    this.capacity = capacity;
  }

  private WorkingMemory(WorkingMemory other) {
    this(other.capacity);
    mind.addAll(other.mind);
    forgotten.addAll(other.forgotten);
  }

  /**
   * The memory after one more sentence; this one stays what it is.
   *
   * @param chains those of the sentence; the last are kept in mind where not all can be
   */
  WorkingMemory afterReading(int[] chains) {
    WorkingMemory next = new WorkingMemory(this);
    for (int chain : chains) {
      next.forgotten.remove(chain);
      next.mind.remove(chain);
      next.mind.add(chain);
    }
    while (next.mind.size() > capacity) {
      int oldest = next.mind.iterator().next();
      next.mind.remove(oldest);
      next.forgotten.add(oldest);
    }
    return next;
  }

  /**
   * How well a sentence ties in: the share of its chains that are in mind, those that must be
   * recalled counting half; 0 for a sentence without chains.
   *
   * @param chains those of the sentence
   * @param also chains that count as in mind too
   */
  double ties(int[] chains, Set<Integer> also) {
    double ties = 0;
    for (int chain : chains) {
      if (mind.contains(chain) || also.contains(chain)) {
        ties++;
      } else if (forgotten.contains(chain)) {
        ties += RECALL;
      }
    }
    return chains.length == 0 ? 0 : ties / chains.length;
  }
}
