package io.sparkattention.rerank;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The best passages of one query, at most {@code k}. Parts of a collection are searched apart and
 * merged: neither the parts nor the order in them change what is found. Not thread-safe.
 */
public final class TopK implements Serializable {

  private static final long serialVersionUID = 1;

  private final int k;
  private final PriorityQueue<ScoredPassage> worstFirst;

  /**
   * @param k how many passages are kept, at least 1
   */
  public TopK(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, but is " + k);
    }
    this.k = k;
    this.worstFirst = new PriorityQueue<>(Math.min(k, 16), Collections.reverseOrder());
  }

  /** Keeps a passage if it is among the best; a score that is no finite number never is. */
  public void offer(String passageId, double score) {
    if (!Double.isFinite(score) || score < bar()) {
      return;
    }
    ScoredPassage offered = new ScoredPassage(passageId, score);
    if (worstFirst.size() < k) {
      worstFirst.add(offered);
    } else if (offered.compareTo(worstFirst.peek()) < 0) {
      worstFirst.poll();
      worstFirst.add(offered);
    }
  }

  /** Adds what was found in another part of the collection; returns this. */
  public TopK merge(TopK other) {
    other.worstFirst.forEach(passage -> offer(passage.passageId(), passage.score()));
    return this;
  }

  /** The lowest score that may still be kept. */
  double bar() {
    return worstFirst.size() < k ? Double.NEGATIVE_INFINITY : worstFirst.peek().score();
  }

  /** The passages that were kept, the best first. */
  public List<ScoredPassage> best() {
    return worstFirst.stream().sorted().toList();
  }
}
