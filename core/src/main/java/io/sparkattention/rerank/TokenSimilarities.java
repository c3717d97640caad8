package io.sparkattention.rerank;

import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.model.TokenEmbedder;
import io.sparkattention.model.TokenVectors;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How alike each token of a query is to each token of a passage: the cosines of their vectors.
 *
 * @param values (queries · passages), row by row
 * @param queries tokens of the query
 * @param passages tokens of the passage
 */
record TokenSimilarities(float[] values, int queries, int passages) {

  /** Tokens of a passage whose products are formed together: so many fit into the nearest cache. */
  private static final int BLOCK = 256;

  private static final int LARGEST = Integer.MAX_VALUE - 8; // entries of an array

  /** As {@link Reranker#score}, by a score of how alike the tokens of query and passage are. */
  static List<List<Outcome<Relevance>>> score(
      List<RerankQuery> queries,
      TokenEmbedder embedder,
      ToDoubleFunction<TokenSimilarities> score) {
    return new TextComparison<TokenVectors>(
            texts -> read(texts, Role.QUERY, embedder),
            texts -> read(texts, Role.PASSAGE, embedder),
            (query, passage) ->
                new Relevance(
                    score.applyAsDouble(of(query, passage)),
                    passage.tokens(),
                    passage.chunks(),
                    passage.truncated()))
        .score(queries);
  }

  /** The vectors of the tokens that take part, all of length 1. */
  private static List<TokenVectors> read(List<String> texts, Role role, TokenEmbedder embedder) {
    return embedder.embed(texts, role).stream()
        .map(vectors -> vectors.content().normalized())
        .toList();
  }

  /**
   * Compares vectors of length 1.
   *
   * @throws IllegalArgumentException if there is nothing to compare, or too much for one array
   */
  static TokenSimilarities of(TokenVectors query, TokenVectors passage) {
    int rows = query.count();
    int columns = passage.count();
    if (rows == 0 || columns == 0) {
      throw new IllegalArgumentException(
          "the " + (rows == 0 ? "query" : "passage") + " has no token to compare");
    }
    if ((long) rows * columns > LARGEST) {
      throw new IllegalArgumentException(
          "%d tokens of the query and %d of the passage are too many to compare all"
              .formatted(rows, columns));
    }
    float[] values = new float[rows * columns];
    float[] column = new float[BLOCK];
    for (int from = 0; from < columns; from += BLOCK) {
      int length = Math.min(BLOCK, columns - from);
      for (int d = 0; d < query.dimension(); d++) {
        for (int j = 0; j < length; j++) {
          column[j] = passage.values()[(from + j) * passage.dimension() + d];
        }
        for (int i = 0; i < rows; i++) {
          addScaled(
              query.values()[i * query.dimension() + d],
              column,
              length,
              values,
              i * columns + from);
        }
      }
    }
    return new TokenSimilarities(values, rows, columns);
  }

  /**
   * Has no sum that depends on the one before, so that the compiler can use vector instructions.
   */
  private static void addScaled(float scale, float[] column, int length, float[] sums, int at) {
    for (int j = 0; j < length; j++) {
      sums[at + j] += scale * column[j];
    }
  }

  /** The cosine of a token of the query and one of the passage. */
  float of(int queryToken, int passageToken) {
    return values[queryToken * passages + passageToken];
  }
}
