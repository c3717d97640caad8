package io.sparkattention.rerank;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.registry.Described;
import java.util.List;
import java.util.Set;

/**
 * For each token of the query its likeness to the passage's most alike token, summed up: MaxSim
 * (Khattab and Zaharia, 2020, arXiv:2004.12832).
 *
 * <p>A ColBERT checkpoint brings its projection, markers and filled up queries. Any other encoder
 * is compared by the tokens of the text alone, for which its activations were not trained. A
 * passage's tokens are those of its embedding; those of the query are not added.
 */
@Described(
    summary =
        "Sum over the query's tokens of the likeness to the passage's most alike one (MaxSim)",
    source = "ColBERT, arXiv:2004.12832")
public record LateInteractionReranker() implements Reranker {

  @Override
  public Set<ModelRole> needs() {
    return Set.of(ModelRole.TOKEN_EMBEDDER);
  }

  @Override
  public List<List<Outcome<Relevance>>> score(List<RerankQuery> queries, RerankContext context) {
    return TokenSimilarities.score(
        queries, context.tokenEmbedder(), LateInteractionReranker::maxSim);
  }

  private static double maxSim(TokenSimilarities similarities) {
    double sum = 0;
    for (int i = 0; i < similarities.queries(); i++) {
      float best = Float.NEGATIVE_INFINITY;
      for (int j = 0; j < similarities.passages(); j++) {
        best = Math.max(best, similarities.of(i, j));
      }
      sum += best;
    }
    return sum;
  }
}
