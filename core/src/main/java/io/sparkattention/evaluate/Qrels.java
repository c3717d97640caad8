package io.sparkattention.evaluate;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Relevance judgements: how relevant a document is to a query.
 *
 * @param judgements relevance by document id by query id; 1 and more is relevant, 0 and less is not
 */
public record Qrels(SortedMap<String, SortedMap<String, Integer>> judgements)
    implements Serializable {

  public Qrels {
    SortedMap<String, SortedMap<String, Integer>> copy = new TreeMap<>();
    judgements.forEach(
        (query, judged) ->
            copy.put(query, Collections.unmodifiableSortedMap(new TreeMap<>(judged))));
    judgements = Collections.unmodifiableSortedMap(copy);
  }

  /** Judgements of these queries. */
  public static Qrels of(Map<String, ? extends Map<String, Integer>> judgements) {
    SortedMap<String, SortedMap<String, Integer>> sorted = new TreeMap<>();
    judgements.forEach((query, judged) -> sorted.put(query, new TreeMap<>(judged)));
    return new Qrels(sorted);
  }
}
