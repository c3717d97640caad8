package io.sparkattention.rerank;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.rerank.RerankQuery.Candidate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Okapi BM25 as Lucene computes it: same terms, same rounding of lengths, same scores as a search
 * over the collection.
 *
 * <p>A passage's tokens are its terms. The collection is what {@link RerankContext#statistics} was
 * counted in; without it, the scorable candidates of each query are its collection. A query that
 * has no term left, or none that a passage has, scores 0.
 */
@Described(
    summary = "BM25 over the words of query and passage; needs no model",
    source = "Lucene's BM25Similarity (Robertson et al., Okapi at TREC-3, 1994)")
public record Bm25Reranker(
    @Default(value = "0.9", means = "how late repetitions of a term stop counting, 0 or more")
        double k1,
    @Default(value = "0.4", means = "how much long passages are held back, 0 to 1") double b,
    @Default(value = "english", means = "how text becomes terms: english or standard")
        TermAnalysis analysis)
    implements Reranker {

  public Bm25Reranker {
    List<String> problems = new ArrayList<>();
    if (!(k1 >= 0 && k1 <= Float.MAX_VALUE)) {
      problems.add("k1 must be finite and at least 0, but is " + k1);
    }
    if (!(b >= 0 && b <= 1)) {
      problems.add("b must be 0 to 1, but is " + b);
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  @Override
  public Set<ModelRole> needs() {
    return Set.of();
  }

  @Override
  public Set<TermAnalysis> termAnalyses() {
    return Set.of(analysis);
  }

  /** True: without statistics of a collection, the candidates are the collection. */
  @Override
  public boolean comparesCandidates() {
    return true;
  }

  @Override
  public List<List<Outcome<Relevance>>> score(List<RerankQuery> queries, RerankContext context) {
    Map<String, Outcome<TermCounts>> passages = new HashMap<>(); // each text is analyzed once
    for (RerankQuery query : queries) {
      for (Candidate candidate : query.candidates()) {
        passages.computeIfAbsent(
            candidate.text(), text -> Outcome.attempt(() -> analysis.count(text)));
      }
    }
    return queries.stream()
        .map(query -> score(query, passages, context.statistics(analysis)))
        .toList();
  }

  private List<Outcome<Relevance>> score(
      RerankQuery query,
      Map<String, Outcome<TermCounts>> passages,
      Optional<CorpusStatistics> corpus) {
    List<Outcome<TermCounts>> candidates =
        query.candidates().stream().map(candidate -> passages.get(candidate.text())).toList();
    if (candidates.isEmpty()) {
      return List.of();
    }
    Map<String, Integer> terms = analysis.count(query.query()).frequencies();
    CorpusStatistics statistics =
        corpus.orElseGet(() -> CorpusStatistics.count(sound(candidates), terms.keySet()));
    Bm25Score score = new Bm25Score(new Bm25Terms(this, statistics), terms);
    return candidates.stream()
        .map(
            candidate ->
                candidate.then(
                    passage -> new Relevance(score.of(passage), passage.length(), 1, false)))
        .toList();
  }

  private static Iterator<TermCounts> sound(List<Outcome<TermCounts>> candidates) {
    return candidates.stream()
        .filter(candidate -> !candidate.failed())
        .map(Outcome::value)
        .iterator();
  }
}
