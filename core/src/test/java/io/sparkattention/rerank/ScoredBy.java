package io.sparkattention.rerank;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Says what it was told of each passage; a passage that it was not told of is an error. Reads as
 * many tokens as a passage's text has characters.
 */
record ScoredBy(Map<String, Double> scores, Set<ModelRole> needs) implements Reranker {

  ScoredBy(Map<String, Double> scores) {
    this(scores, Set.of());
  }

  /** Few distinct scores for {@code p00}, {@code p01} and so on, so that many tie. */
  static ScoredBy random(Random random, int passages) {
    Map<String, Double> scores = new HashMap<>();
    double scale = Math.pow(10, random.nextInt(9) - 4);
    for (int i = 0; i < passages; i++) {
      double score = random.nextInt(3) == 0 ? random.nextGaussian() : random.nextInt(4) - 2;
      scores.put("p%02d".formatted(i), scale * score);
    }
    return new ScoredBy(scores);
  }

  @Override
  public List<List<Outcome<Relevance>>> score(List<RerankQuery> queries, RerankContext context) {
    return queries.stream()
        .map(query -> query.candidates().stream().map(this::relevance).toList())
        .toList();
  }

  private Outcome<Relevance> relevance(RerankQuery.Candidate candidate) {
    Double score = scores.get(candidate.passageId());
    return score == null
        ? Outcome.failure("cannot read " + candidate.passageId())
        : Outcome.of(new Relevance(score, candidate.text().length(), 1, false));
  }
}
