package io.sparkattention.rerank;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** One way to score passages for queries. Stateless and thread-safe; a strategy is its options. */
public interface Reranker extends Serializable {

  /** What the strategy needs a model for; empty if it reads text without one. */
  Set<ModelRole> needs();

  /** By which terms the strategy counts in the whole collection; empty if it does not count. */
  default Set<TermAnalysis> termAnalyses() {
    return Set.of();
  }

  /** The prompts that the strategy tells a model, with their versions; empty if it tells none. */
  default List<String> prompts() {
    return List.of();
  }

  /**
   * Checks that the models suit the strategy and its options, before any text is read.
   *
   * @throws IllegalArgumentException with every reason why they do not
   */
  default void require(RerankContext context) {}

  /** Whether a passage's score depends on the query's other candidates too. */
  default boolean comparesCandidates() {
    return false;
  }

  /**
   * Scores candidates. Only {@link #rerank} calls this: it has put aside what cannot be scored.
   *
   * @param queries queries that are not blank, each with candidates that have a text and an id of
   *     their own, in the order of an earlier ranking, those without one by their ids; or, behind
   *     another stage, the best first
   * @param context what the strategy may work with
   * @return per query one outcome per candidate, in order
   */
  List<List<Outcome<Relevance>>> score(List<RerankQuery> queries, RerankContext context);

  /**
   * Orders the candidates of each query, in any number; the result does not depend on which queries
   * are given together.
   *
   * <p>Higher scores come first, and of equal scores the smaller passage id: the order does not
   * depend on how candidates arrive. A candidate with a null id, no text, an id that the query had
   * before, or a score that is no finite number has an error and follows all others, in the order
   * in which it was given; so have all candidates of a query without text. None is dropped.
   *
   * @return one ranking per query, in order
   * @throws IllegalStateException if the context lacks what {@link #needs} names
   */
  default List<Ranking> rerank(List<RerankQuery> queries, RerankContext context) {
    List<CandidateCheck> checks = queries.stream().map(CandidateCheck::new).toList();
    List<RerankQuery> sound = checks.stream().map(CandidateCheck::sound).toList();
    List<List<Outcome<Relevance>>> scores = score(sound, context);
    return IntStream.range(0, queries.size())
        .mapToObj(i -> checks.get(i).rank(scores.get(i)))
        .toList();
  }
}
