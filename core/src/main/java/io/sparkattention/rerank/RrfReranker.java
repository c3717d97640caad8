package io.sparkattention.rerank;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reciprocal rank fusion: the sum of 1 / (k + rank) over the rankings of several strategies
 * (Cormack, Clarke and Büttcher, SIGIR 2009). It needs no scores that compare.
 *
 * <p>A member ranks as every ranking does: of equal scores the smaller passage id comes first.
 */
@Described(
    summary = "Reciprocal rank fusion of the rankings of several strategies",
    source = "Cormack, Clarke and Büttcher, SIGIR 2009, doi:10.1145/1571941.1572114")
public record RrfReranker(
    @Default(value = "[bm25,bi-encoder]", means = "the strategies whose rankings are joined")
        List<Reranker> of,
    @Default(value = "60", means = "how little the first places differ, 0 or more") double k)
    implements FusionReranker {

  public RrfReranker {
    of = List.copyOf(of);
    List<String> problems = new ArrayList<>();
    if (of.isEmpty()) {
      problems.add("of must name at least one strategy");
    }
    if (!(k >= 0 && Double.isFinite(k))) {
      problems.add("k must be finite and at least 0, but is " + k);
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  @Override
  public double[] fuse(double[][] scores, List<String> passageIds) {
    double[] fused = new double[passageIds.size()];
    List<Integer> all = IntStream.range(0, fused.length).boxed().toList();
    for (double[] member : scores) {
      List<Integer> ordered = PassageOrder.bestFirst(all, i -> member[i], passageIds::get);
      for (int rank = 1; rank <= ordered.size(); rank++) {
        fused[ordered.get(rank - 1)] += 1 / (k + rank);
      }
    }
    return fused;
  }
}
