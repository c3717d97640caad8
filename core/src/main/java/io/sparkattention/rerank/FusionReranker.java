package io.sparkattention.rerank;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A strategy that joins what several others say of the same candidates. Each member reads all of
 * them; a candidate that any member cannot score has that member's error, and the others are joined
 * as if it were not there.
 *
 * <p>A candidate's tokens are those that all models read together; terms that {@code bm25} counts
 * are left out unless no member needs a model.
 */
interface FusionReranker extends Reranker {

  /** The strategies that are joined. */
  List<Reranker> of();

  /**
   * Joins the scores of one query's candidates.
   *
   * @param scores per member one finite score per candidate, (M, C)
   * @param passageIds of the candidates, (C)
   * @return one score per candidate, (C)
   */
  double[] fuse(double[][] scores, List<String> passageIds);

  @Override
  default Set<ModelRole> needs() {
    return new Members(of()).needs();
  }

  @Override
  default Set<TermAnalysis> termAnalyses() {
    return new Members(of()).termAnalyses();
  }

  @Override
  default List<String> prompts() {
    return new Members(of()).prompts();
  }

  @Override
  default void require(RerankContext context) {
    new Members(of()).require(context);
  }

  @Override
  default boolean comparesCandidates() {
    return true;
  }

  @Override
  default List<List<Outcome<Relevance>>> score(List<RerankQuery> queries, RerankContext context) {
    Members members = new Members(of());
    List<List<List<Outcome<Relevance>>>> said = new ArrayList<>(); // member, query, candidate
    for (int member = 0; member < of().size(); member++) {
      said.add(members.score(member, "member", queries, context));
    }
    List<List<Outcome<Relevance>>> fused = new ArrayList<>();
    for (int i = 0; i < queries.size(); i++) {
      int query = i;
      fused.add(fuse(queries.get(i), said.stream().map(all -> all.get(query)).toList(), members));
    }
    return fused;
  }

  private List<Outcome<Relevance>> fuse(
      RerankQuery query, List<List<Outcome<Relevance>>> said, Members members) {
    List<Outcome<Relevance>> outcomes = new ArrayList<>();
    List<Integer> sound = new ArrayList<>();
    for (int i = 0; i < query.candidates().size(); i++) {
      Outcome<Relevance> read = Outcome.of(new Relevance(0, 0, 0, false));
      for (int member = 0; member < said.size() && !read.failed(); member++) {
        int m = member;
        Relevance before = member == 0 ? null : read.value();
        read = said.get(m).get(i).then(made -> members.after(before, m, made));
      }
      outcomes.add(read);
      if (!read.failed()) {
        sound.add(i);
      }
    }
    double[][] scores = new double[said.size()][];
    for (int member = 0; member < scores.length; member++) {
      List<Outcome<Relevance>> own = said.get(member);
      scores[member] = sound.stream().mapToDouble(i -> own.get(i).value().score()).toArray();
    }
    double[] joined =
        fuse(scores, sound.stream().map(i -> query.candidates().get(i).passageId()).toList());
    for (int i = 0; i < joined.length; i++) {
      double score = joined[i];
      outcomes.set(sound.get(i), outcomes.get(sound.get(i)).then(read -> read.scored(score)));
    }
    return outcomes;
  }
}
