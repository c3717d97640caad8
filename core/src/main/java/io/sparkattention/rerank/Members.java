package io.sparkattention.rerank;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The strategies that another strategy is made of. */
record Members(List<Reranker> all) {

  /** What any of them needs. */
  Set<ModelRole> needs() {
    Set<ModelRole> needs = new HashSet<>();
    all.forEach(member -> needs.addAll(member.needs()));
    return Set.copyOf(needs);
  }

  /** By which terms any of them counts. */
  Set<TermAnalysis> termAnalyses() {
    Set<TermAnalysis> analyses = new HashSet<>();
    all.forEach(member -> analyses.addAll(member.termAnalyses()));
    return Set.copyOf(analyses);
  }

  /** The prompts of all of them. */
  List<String> prompts() {
    return all.stream().flatMap(member -> member.prompts().stream()).distinct().toList();
  }

  /**
   * Checks for every member that the context suits it.
   *
   * @throws IllegalArgumentException with every reason why it does not
   */
  void require(RerankContext context) {
    List<String> problems = new ArrayList<>();
    for (Reranker member : all) {
      try {
        member.require(context);
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** What one member says, as its reader is told: with its name before an error. */
  List<List<Outcome<Relevance>>> score(
      int member, String kind, List<RerankQuery> queries, RerankContext context) {
    String place = kind + " " + (member + 1) + ": ";
    return all.get(member).score(queries, context).stream()
        .map(outcomes -> outcomes.stream().map(outcome -> checked(outcome, place)).toList())
        .toList();
  }

  /**
   * The cost of what members read, one after the other: the tokens of all together. Terms that a
   * member counts without a model cost nothing beside those that models read.
   *
   * @param before what the members before have read; null if there are none
   */
  Relevance after(Relevance before, int member, Relevance made) {
    boolean free = all.get(member).needs().isEmpty() && !needs().isEmpty();
    int tokens = free ? 0 : made.tokens();
    if (before == null) {
      return new Relevance(made.score(), tokens, made.chunks(), made.truncated(), made.answer());
    }
    return new Relevance(
        made.score(),
        before.tokens() + tokens,
        free ? before.chunks() : made.chunks(),
        before.truncated() || made.truncated(),
        made.answer() == null ? before.answer() : made.answer());
  }

  private static Outcome<Relevance> checked(Outcome<Relevance> outcome, String place) {
    Outcome<Relevance> finite = Relevance.finite(outcome);
    return finite.failed() ? Outcome.failure(place + finite.error()) : finite;
  }
}
