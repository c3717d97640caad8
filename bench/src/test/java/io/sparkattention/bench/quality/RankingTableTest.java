package io.sparkattention.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sparkattention.evaluate.ItemScores;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class RankingTableTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final RankingTable table =
      new RankingTable("a collection", new PrintStream(printed, true, StandardCharsets.UTF_8));

  @Test
  void printsGates() {
    table.add(result("baseline", i -> 0.5, 300));
    table.add(result("worse", i -> 0.3, 101));
    table.add(result("mixed", i -> i % 2 == 0 ? 0.35 : 0.6, 100));
    table.gateNotBelow("worse", "baseline");
    table.gateNotBelow("mixed", "baseline");
    table.gateAtLeast("mixed", "baseline");
    table.gateAtLeast("baseline", "mixed");
    table.gateCost("worse", "baseline", 1.0 / 3);
    table.gateCost("mixed", "baseline", 1.0 / 3);
    assertThat(printed.toString(StandardCharsets.UTF_8).lines().filter(RankingTableTest::isGate))
        .extracting(line -> line.substring(0, line.indexOf(':')))
        .containsExactly(
            "FAIL  worse not significantly below baseline",
            "PASS  mixed not significantly below baseline",
            "FAIL  mixed at least baseline",
            "PASS  baseline at least mixed",
            "FAIL  worse reads at most 0.333 of the tokens of baseline",
            "PASS  mixed reads at most 0.333 of the tokens of baseline");
  }

  @Test
  void comparesEachRowWithTheFirst() {
    table.add(result("baseline", i -> 0.5, 300));
    table.add(result("better", i -> 0.75, 0));
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("| baseline | 0.500 [0.500, 0.500] |  | 300 | 1.000 |")
        .contains("+0.250 [+0.250, +0.250] p=0.0001, 40 better, 0 worse");
  }

  @Test
  void refusesAStrategyThatWasNotTried() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table.gateAtLeast("a", "b"))
        .withMessageContaining("no strategy b was tried");
  }

  private static boolean isGate(String line) {
    return line.startsWith("PASS") || line.startsWith("FAIL");
  }

  private static RankingTrial.Result result(String name, IntToDoubleFunction score, double tokens) {
    Map<String, Double> scores = new TreeMap<>();
    for (int i = 0; i < 40; i++) {
      scores.put("query-" + i, score.applyAsDouble(i));
    }
    return new RankingTrial.Result(name, List.of(ItemScores.of("ndcg@10", scores)), tokens, 1, 100);
  }
}
