package io.sparkattention.evaluate;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a system retrieved: the documents of each query.
 *
 * @param tag names the run
 * @param documents by query id; their order is not looked at, {@link ScoredDocument#ORDER} is
 */
public record Run(String tag, SortedMap<String, List<ScoredDocument>> documents)
    implements Serializable {

  public Run {
    SortedMap<String, List<ScoredDocument>> copy = new TreeMap<>();
    documents.forEach((query, found) -> copy.put(query, List.copyOf(found)));
    documents = Collections.unmodifiableSortedMap(copy);
  }

  /** A run of these documents. */
  public Run(String tag, Map<String, List<ScoredDocument>> documents) {
    this(tag, new TreeMap<>(documents));
  }
}
