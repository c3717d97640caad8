package io.sparkattention.bench.quality;

import io.sparkattention.evaluate.Qrels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Passages, queries, and which passages answer which query.
 *
 * @param name names the collection in tables
 * @param passages what is searched, each id once
 * @param queries what is asked, each id once and each with at least one relevant passage
 */
public record JudgedCollection(String name, List<Passage> passages, List<Query> queries) {

  /**
   * A passage.
   *
   * @param id names it
   * @param text what it says
   */
  public record Passage(String id, String text) {}

  /**
   * A query with its judgements.
   *
   * @param id names it
   * @param text what is asked
   * @param relevant ids of the passages that answer it
   */
  public record Query(String id, String text, Set<String> relevant) {

    public Query {
      relevant = Collections.unmodifiableSet(new TreeSet<>(relevant));
    }
  }

  public JudgedCollection {
    passages = List.copyOf(passages);
    queries = List.copyOf(queries);
    Map<String, String> texts = texts(passages);
    for (Query query : queries) {
      if (query.relevant().isEmpty() || !texts.keySet().containsAll(query.relevant())) {
        throw new IllegalArgumentException(
            "%s: query %s needs relevant passages of the collection, but has %s"
                .formatted(name, query.id(), query.relevant()));
      }
    }
  }

  /** The texts of the passages by id. */
  public Map<String, String> texts() {
    return texts(passages);
  }

  private static Map<String, String> texts(List<Passage> passages) {
    return passages.stream().collect(Collectors.toMap(Passage::id, Passage::text));
  }

  /** What is relevant, all of it alike. */
  public Qrels qrels() {
    Map<String, Map<String, Integer>> judgements = new TreeMap<>();
    for (Query query : queries) {
      judgements.put(
          query.id(), query.relevant().stream().collect(Collectors.toMap(id -> id, id -> 1)));
    }
    return Qrels.of(judgements);
  }

  /** The same passages with at most so many queries, drawn by lot with a fixed seed. */
  public JudgedCollection sample(int count) {
    List<Query> drawn = new ArrayList<>(queries);
    Collections.shuffle(drawn, new Random(42));
    return new JudgedCollection(name, passages, drawn.subList(0, Math.min(count, drawn.size())));
  }

  /**
   * The passages of these ids alone, with the queries that one of them answers.
   *
   * @param other names what is left
   */
  public JudgedCollection only(String other, Set<String> ids) {
    List<Query> answered =
        queries.stream()
            .map(query -> new Query(query.id(), query.text(), common(query.relevant(), ids)))
            .filter(query -> !query.relevant().isEmpty())
            .toList();
    return new JudgedCollection(
        other, passages.stream().filter(passage -> ids.contains(passage.id())).toList(), answered);
  }

  private static Set<String> common(Set<String> a, Set<String> b) {
    Set<String> both = new TreeSet<>(a);
    both.retainAll(b);
    return both;
  }
}
