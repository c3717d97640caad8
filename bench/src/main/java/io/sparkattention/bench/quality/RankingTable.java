package io.sparkattention.bench.quality;

import io.sparkattention.evaluate.ItemScores;
import io.sparkattention.evaluate.PairedComparison;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Prints what came of strategies on one collection, beside the first of them, and of its gates. */
final class RankingTable {

  private final PrintStream out;
  private final List<RankingTrial.Result> results = new ArrayList<>();
  private boolean gates; // whether one was printed

  RankingTable(String heading, PrintStream out) {
    this.out = out;
    out.println();
    out.println("## " + heading);
    out.println();
    out.println(
        "| strategy | nDCG@10 | MRR | recall@10 | nDCG@10 against the first strategy"
            + " | tokens / query | s / query |");
    out.println("|---|---|---|---|---|---|---|");
  }

  /** Prints a row; the first one is what the others are compared with. */
  void add(RankingTrial.Result result) {
    results.add(result);
    StringBuilder row = new StringBuilder("| " + result.name());
    result.scores().forEach(scores -> row.append(" | ").append(Cells.mean(scores)));
    row.append(" | ")
        .append(
            results.size() == 1
                ? ""
                : Cells.difference(ndcg(results.get(0).name()), ndcg(result.name())));
    row.append(Cells.format(" | %.0f | %.3f |", result.tokens(), result.seconds()));
    out.println(row);
    out.flush();
  }

  /** Prints whether a strategy is not significantly below another. */
  void gateNotBelow(String strategy, String other) {
    PairedComparison comparison = Cells.compare(ndcg(other), ndcg(strategy));
    boolean below = comparison.difference().mean() < 0 && comparison.randomizationP() < Cells.LEVEL;
    gate(!below, strategy + " not significantly below " + other, Cells.difference(comparison));
  }

  /** Prints whether a strategy's mean is at least another's. */
  void gateAtLeast(String strategy, String other) {
    PairedComparison comparison = Cells.compare(ndcg(other), ndcg(strategy));
    gate(
        comparison.difference().mean() >= 0,
        strategy + " at least " + other,
        Cells.difference(comparison));
  }

  /** Prints whether a strategy reads at most a share of another's tokens. */
  void gateCost(String strategy, String other, double share) {
    double reads = result(strategy).tokens() / result(other).tokens();
    gate(
        reads <= share,
        strategy + " reads at most " + Cells.format("%.3f", share) + " of the tokens of " + other,
        Cells.format("%.3f", reads));
  }

  private void gate(boolean passed, String what, String numbers) {
    if (!gates) {
      out.println();
    }
    gates = true;
    out.printf("%s  %s: %s%n", passed ? "PASS" : "FAIL", what, numbers);
  }

  private ItemScores ndcg(String name) {
    return result(name).scores().get(0);
  }

  private RankingTrial.Result result(String name) {
    return results.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no strategy " + name + " was tried"));
  }
}
