package io.sparkattention.rerank;

import io.sparkattention.rerank.RerankQuery.Candidate;
import java.util.List;
import java.util.stream.IntStream;

/** Queries as tests write them. */
final class Queries {

  private Queries() {}

  /** A query with passages named {@code p0, p1, …}. */
  static RerankQuery query(String id, String query, String... passages) {
    List<Candidate> candidates =
        IntStream.range(0, passages.length)
            .mapToObj(i -> new Candidate("p" + i, passages[i]))
            .toList();
    return new RerankQuery(id, query, candidates);
  }
}
