package io.sparkattention.rerank;

import io.sparkattention.model.Outcome;
import io.sparkattention.rerank.RerankQuery.Candidate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Scores candidates by what a model makes of query and passage, each read on its own. Every
 * distinct text of a call is read once; what was made of queries is kept, that of passages only
 * while a few passages are compared.
 *
 * @param <V> what is made of a text
 */
final class TextComparison<V> {

  /** Characters of the passages that are held at a time: some ten thousand tokens. */
  private static final int WINDOW = 1 << 17;

  /** Reads texts; gives one result per text, in order. */
  @FunctionalInterface
  interface Reader<V> {
    List<V> read(List<String> texts);
  }

  private record Place(int query, int candidate) {}

  private final Reader<V> queryReader;
  private final Reader<V> passageReader;
  private final BiFunction<V, V, Relevance> score;

  /**
   * @param score compares what was made of a query and of a passage; a {@link RuntimeException}
   *     becomes the candidate's error
   */
  TextComparison(
      Reader<V> queryReader, Reader<V> passageReader, BiFunction<V, V, Relevance> score) {
    this.queryReader = queryReader;
    this.passageReader = passageReader;
    this.score = score;
  }

  /** As {@link Reranker#score}. */
  List<List<Outcome<Relevance>>> score(List<RerankQuery> queries) {
    List<Outcome<V>> wanted = readQueries(queries);
    Map<String, List<Place>> places = places(queries);
    List<List<Outcome<Relevance>>> outcomes = new ArrayList<>();
    for (RerankQuery query : queries) {
      outcomes.add(new ArrayList<>(Collections.nCopies(query.candidates().size(), null)));
    }
    for (List<String> window : windows(places.keySet())) {
      List<Outcome<V>> read = Outcome.ofEach(window, passageReader::read);
      for (int i = 0; i < window.size(); i++) {
        for (Place at : places.get(window.get(i))) {
          Outcome<Relevance> made = relevance(wanted.get(at.query()), read.get(i));
          outcomes.get(at.query()).set(at.candidate(), made);
        }
      }
    }
    return outcomes;
  }

  /** What was made of each query; null for one without candidates. */
  private List<Outcome<V>> readQueries(List<RerankQuery> queries) {
    List<String> distinct =
        queries.stream()
            .filter(query -> !query.candidates().isEmpty())
            .map(RerankQuery::query)
            .distinct()
            .toList();
    List<Outcome<V>> read = Outcome.ofEach(distinct, queryReader::read);
    Map<String, Outcome<V>> byText = new HashMap<>();
    for (int i = 0; i < distinct.size(); i++) {
      byText.put(distinct.get(i), read.get(i));
    }
    return queries.stream().map(query -> byText.get(query.query())).toList();
  }

  /** Where each distinct passage is a candidate, in the order in which passages first occur. */
  private static Map<String, List<Place>> places(List<RerankQuery> queries) {
    Map<String, List<Place>> places = new LinkedHashMap<>();
    for (int q = 0; q < queries.size(); q++) {
      List<Candidate> candidates = queries.get(q).candidates();
      for (int c = 0; c < candidates.size(); c++) {
        places
            .computeIfAbsent(candidates.get(c).text(), text -> new ArrayList<>())
            .add(new Place(q, c));
      }
    }
    return places;
  }

  private static List<List<String>> windows(Iterable<String> passages) {
    List<List<String>> windows = new ArrayList<>();
    long characters = WINDOW;
    for (String passage : passages) {
      if (characters + passage.length() > WINDOW) {
        windows.add(new ArrayList<>());
        characters = 0;
      }
      windows.get(windows.size() - 1).add(passage);
      characters += passage.length();
    }
    return windows;
  }

  private Outcome<Relevance> relevance(Outcome<V> query, Outcome<V> passage) {
    return query.failed()
        ? Outcome.failure("the query could not be embedded: " + query.error())
        : passage.then(read -> score.apply(query.value(), read));
  }
}
