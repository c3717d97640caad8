package io.sparkattention.rerank;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.PairScorer;
import io.sparkattention.model.PairScorer.Pair;
import io.sparkattention.registry.Described;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * What a model says that reads query and passage at once (Nogueira and Cho, 2019,
 * arXiv:1901.04085). The pairs of all queries of a call are read together.
 */
@Described(
    summary = "The score of a model that reads query and passage at once",
    source = "Passage re-ranking with BERT, arXiv:1901.04085")
public record CrossEncoderReranker() implements Reranker {

  @Override
  public Set<ModelRole> needs() {
    return Set.of(ModelRole.PAIR_SCORER);
  }

  @Override
  public List<List<Outcome<Relevance>>> score(List<RerankQuery> queries, RerankContext context) {
    PairScorer scorer = context.pairScorer();
    List<Pair> pairs =
        queries.stream()
            .flatMap(
                query ->
                    query.candidates().stream()
                        .map(candidate -> new Pair(query.query(), candidate.text())))
            .toList();
    Iterator<Outcome<PairScorer.Score>> scores = Outcome.ofEach(pairs, scorer::score).iterator();
    return queries.stream()
        .map(
            query ->
                query.candidates().stream()
                    .map(candidate -> scores.next().then(CrossEncoderReranker::relevance))
                    .toList())
        .toList();
  }

  private static Relevance relevance(PairScorer.Score score) {
    return new Relevance(score.value(), score.tokens(), score.chunks(), score.truncated());
  }
}
