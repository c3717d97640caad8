package io.sparkattention.rerank;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Stages in a row, cheap ones first: each orders only what the stage before found best (Nogueira et
 * al., 2019, arXiv:1910.14424). What a stage does not pass on keeps its order behind what it does.
 *
 * <p><b>Scores.</b> A candidate that reached the last stage has that stage's score. Those that an
 * earlier stage held back keep the differences of their scores in that stage, moved down as a whole
 * so that the best of them is 1 below the lowest candidate that got further: the score alone gives
 * the order.
 *
 * <p><b>Budgets.</b> A stage passes on a number of candidates ({@code keep=30}), or a share of
 * those that the query has, rounded up ({@code keep=0.25}): a share bounds the cost of the next
 * stage where queries differ in how many candidates they have.
 *
 * <p>A candidate's tokens are those that models read in all stages it went through; terms that
 * {@code bm25} counts are left out unless no stage needs a model. A candidate that a stage cannot
 * score has that stage's error, and leaves its place to the next one.
 */
@Described(
    summary = "Stages in a row: each orders only the best of the stage before",
    source = "Multi-stage document ranking with BERT, arXiv:1910.14424")
public record CascadeReranker(
    @Default(value = "[bm25,bi-encoder]", means = "the strategies, the first one reads everything")
        List<Reranker> stages,
    @Default(
            value = "30",
            means = "what each stage but the last passes on: candidates, or below 1 a share of all")
        List<Double> keep)
    implements Reranker {

  public CascadeReranker {
    stages = List.copyOf(stages);
    keep = List.copyOf(keep);
    List<String> problems = new ArrayList<>();
    if (stages.size() < 2) {
      problems.add("stages must be at least 2, but " + stages.size() + " is given");
    } else if (keep.size() != stages.size() - 1) {
      problems.add(
          "keep must have a number for each stage but the last, which are "
              + (stages.size() - 1)
              + ", but has "
              + keep.size());
    }
    if (!keep.stream().allMatch(CascadeReranker::isCountOrShare)) {
      problems.add("keep must be whole numbers of at least 1, or shares below 1, but is " + keep);
    }
    for (int i = 1; i < keep.size(); i++) {
      boolean alike = keep.get(i) < 1 == keep.get(i - 1) < 1; // a count may be above any share
      if (alike && keep.get(i) > keep.get(i - 1)) {
        problems.add("keep must not grow, but is " + keep);
        break;
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  private static boolean isCountOrShare(double keep) {
    return keep > 0 && keep < 1 || keep >= 1 && keep == Math.rint(keep);
  }

  @Override
  public Set<ModelRole> needs() {
    return new Members(stages).needs();
  }

  @Override
  public Set<TermAnalysis> termAnalyses() {
    return new Members(stages).termAnalyses();
  }

  @Override
  public List<String> prompts() {
    return new Members(stages).prompts();
  }

  @Override
  public void require(RerankContext context) {
    new Members(stages).require(context);
  }

  @Override
  public boolean comparesCandidates() {
    return true;
  }

  @Override
  public List<List<Outcome<Relevance>>> score(List<RerankQuery> queries, RerankContext context) {
    Members members = new Members(stages);
    List<CascadeRun> runs = queries.stream().map(query -> new CascadeRun(query, members)).toList();
    for (int stage = 0; stage < stages.size(); stage++) {
      List<RerankQuery> left = runs.stream().map(CascadeRun::left).toList();
      List<List<Outcome<Relevance>>> outcomes = members.score(stage, "stage", left, context);
      double passed = stage < keep.size() ? keep.get(stage) : Integer.MAX_VALUE;
      for (int i = 0; i < runs.size(); i++) {
        runs.get(i).take(stage, outcomes.get(i), passed);
      }
    }
    return runs.stream().map(CascadeRun::outcomes).toList();
  }
}
