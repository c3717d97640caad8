package io.sparkattention.evaluate;

import java.io.Serializable;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One query's ranking with what was judged of it. Judgements below 1 and documents that were not
 * judged are 0; judgements of documents that were not retrieved count for what was missed.
 *
 * @param retrieved the relevance of each retrieved document, best rank first
 * @param relevant all judgements of the query that are at least 1, highest first
 */
public record JudgedRanking(List<Integer> retrieved, List<Integer> relevant)
    implements Serializable {

  public JudgedRanking {
    retrieved = List.copyOf(retrieved);
    relevant = List.copyOf(relevant);
  }

  /**
   * Orders a query's documents by {@link ScoredDocument#ORDER} and looks up what was judged.
   *
   * @param documents what was retrieved, in any order; none if the run lacks the query
   * @param judgements the relevance of documents by their ids
   * @throws IllegalArgumentException if a document was retrieved twice
   */
  public static JudgedRanking of(
      Collection<ScoredDocument> documents, Map<String, Integer> judgements) {
    refuseRepeated(documents);
    List<Integer> retrieved =
        documents.stream()
            .sorted(ScoredDocument.ORDER)
            .map(document -> Math.max(0, judgements.getOrDefault(document.documentId(), 0)))
            .toList();
    List<Integer> relevant =
        judgements.values().stream()
            .filter(relevance -> relevance > 0)
            .sorted(Comparator.reverseOrder())
            .toList();
    return new JudgedRanking(retrieved, relevant);
  }

  /** How many of the first k documents there are; all of them if k is 0. */
  int depth(int k) {
    return depth(k, retrieved);
  }

  static int depth(int k, List<Integer> ranks) {
    return k == 0 ? ranks.size() : Math.min(k, ranks.size());
  }

  /** How many of the first {@code depth} documents are relevant. */
  int found(int depth) {
    return depth - Collections.frequency(retrieved.subList(0, depth), 0);
  }

  private static void refuseRepeated(Collection<ScoredDocument> documents) {
    Set<String> seen = new HashSet<>();
    Set<String> repeated = new TreeSet<>();
    for (ScoredDocument document : documents) {
      if (!seen.add(document.documentId())) {
        repeated.add(document.documentId());
      }
    }
    if (!repeated.isEmpty()) {
      throw new IllegalArgumentException(
          "a document may be retrieved once, but more often are: "
              + String.join(", ", repeated)
              + "; keep the best score of each");
    }
  }
}
