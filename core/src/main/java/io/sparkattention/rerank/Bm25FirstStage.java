package io.sparkattention.rerank;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.lucene.search.similarities.Similarity.SimScorer;

/**
 * Finds the best passages of many queries in a stream of passages by BM25, as a search in a Lucene
 * index of the whole collection would. The index here is one of the <em>queries'</em> terms: each
 * passage is taken apart once, and touches only the queries that share a term with it.
 *
 * <p>A passage that shares no term with a query is not found for it, so that a query may have fewer
 * than k passages. Not thread-safe; each part of a collection has its own.
 */
public final class Bm25FirstStage {

  /** The queries that have a term so often that it is worth the same to them. */
  private record Posting(SimScorer scorer, int[] queries) {}

  private final TermAnalysis analysis;
  private final Bm25Terms terms;
  private final Map<String, List<Posting>> postings = new HashMap<>();
  private final List<TopK> best;
  private final double[] sums; // per query, of the passage at hand
  private final int[] touched; // the queries that the passage at hand shares a term with
  private final boolean[] isTouched;

  /**
   * @param options of BM25
   * @param queries their texts; null and blank ones find nothing
   * @param statistics of the whole collection
   * @param k how many passages to find for each query, at least 1
   */
  public Bm25FirstStage(
      Bm25Reranker options, List<String> queries, CorpusStatistics statistics, int k) {
    analysis = options.analysis();
    terms = new Bm25Terms(options, statistics);
    best = Stream.generate(() -> new TopK(k)).limit(queries.size()).toList();
    sums = new double[queries.size()];
    touched = new int[queries.size()];
    isTouched = new boolean[queries.size()];
    Map<String, Map<Integer, List<Integer>>> queriesOf = new HashMap<>(); // by term and frequency
    for (int i = 0; i < queries.size(); i++) {
      int query = i;
      if (queries.get(i) != null) {
        analysis
            .count(queries.get(i))
            .frequencies()
            .forEach(
                (term, frequency) ->
                    queriesOf
                        .computeIfAbsent(term, t -> new TreeMap<>())
                        .computeIfAbsent(frequency, f -> new ArrayList<>())
                        .add(query));
      }
    }
    queriesOf.forEach((term, byFrequency) -> postings.put(term, postings(term, byFrequency)));
  }

  private List<Posting> postings(String term, Map<Integer, List<Integer>> byFrequency) {
    return byFrequency.entrySet().stream()
        .map(
            entry ->
                new Posting(
                    terms.scorer(term, entry.getKey()),
                    entry.getValue().stream().mapToInt(query -> query).toArray()))
        .toList();
  }

  /** Reads a passage; one without text is found by no query. */
  public void add(String passageId, String text) {
    if (text == null) {
      return;
    }
    TermCounts counts = analysis.count(text);
    long norm = terms.norm(counts);
    int found = 0;
    for (Map.Entry<String, Integer> counted : counts.frequencies().entrySet()) {
      for (Posting posting : postings.getOrDefault(counted.getKey(), List.of())) {
        float worth = posting.scorer().score(counted.getValue(), norm);
        for (int query : posting.queries()) {
          sums[query] += worth;
          if (!isTouched[query]) {
            isTouched[query] = true;
            touched[found++] = query;
          }
        }
      }
    }
    for (int i = 0; i < found; i++) {
      int query = touched[i];
      best.get(query).offer(passageId, (float) sums[query]);
      sums[query] = 0;
      isTouched[query] = false;
    }
  }

  /** What was found so far, one for each query in their order. */
  public List<TopK> result() {
    return best;
  }
}
