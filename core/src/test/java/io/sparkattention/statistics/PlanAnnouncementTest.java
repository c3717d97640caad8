package io.sparkattention.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of a plan before it starts, and whether experiments read as often as it says. */
class PlanAnnouncementTest {
  private static final int[] CONTENT = {7, 19, 4, 250, 33};
  private static final int HEADS = 7;
  private static final int MAX_TOKENS = 512;

  private final PlantedModel planted =
      new PlantedModel(
          new double[][] {{0, 2, 1, 3, 1, 2, 0.5}},
          ids -> {
            double[][] even = new double[ids.length][ids.length];
            for (double[] row : even) {
              Arrays.fill(row, 1.0 / ids.length);
            }
            double[][][][] maps = new double[1][HEADS][][];
            Arrays.fill(maps[0], even);
            return maps;
          });

  private int read; // sequences so far

  /** The planted model, which counts what it reads. */
  private final ExaminedModel model =
      (ExaminedModel)
          Proxy.newProxyInstance(
              ExaminedModel.class.getClassLoader(),
              new Class<?>[] {ExaminedModel.class},
              (proxy, method, arguments) -> {
                switch (method.getName()) {
                  case "maxTokens":
                    return MAX_TOKENS;
                  case "activations":
                    read += ((List<?>) arguments[0]).size();
                    break;
                  case "hiddenStates", "observe":
                    read++;
                    break;
                  default:
                }
                try {
                  return method.invoke(planted, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });

  @ParameterizedTest
  @ValueSource(
      strings = {
        "head-ablation",
        "head-shapley:permutations=1,tolerance=0",
        "head-shapley:permutations=5,tolerance=0",
        "token-ablation",
        "token-ablation:tokens=2",
        "token-ablation:tokens=0",
        "massive-activations"
      })
  void experimentsReadAsOftenAsTheySay(String spec) {
    ExperimentStatistic statistic = (ExperimentStatistic) AttentionStatistics.REGISTRY.parse(spec);
    var sequence = planted.framed(CONTENT);
    statistic.findings(model, sequence);
    boolean hides = spec.startsWith("token-ablation"); // which leaves special tokens
    assertThat(statistic.passes(HEADS, hides ? CONTENT.length : sequence.length())).isEqualTo(read);
  }

  @Test
  void experimentsThatMayEndEarlyReadNoMoreThanTheySay() {
    for (double loss : new double[] {0, 0.001, 0.01, 0.1, 0.5, 2}) {
      read = 0;
      RemovableHeads statistic =
          (RemovableHeads) AttentionStatistics.REGISTRY.parse("removable-heads:loss=" + loss);
      statistic.findings(model, planted.framed(CONTENT));
      assertThat(statistic.passes(HEADS, 7)).isEqualTo(read); // 7 heads halve three times, always
    }
    read = 0;
    HeadShapley early = (HeadShapley) AttentionStatistics.REGISTRY.parse("head-shapley");
    early.findings(model, planted.framed(CONTENT));
    assertThat((long) read).isBetween((long) HEADS, early.passes(HEADS, 7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"induction-score:words=8,texts=3", "retrieval-score:words=20,texts=4"})
  void experimentsOnTheModelReadAsOftenAsTheySay(String spec) {
    ModelStatistic statistic = (ModelStatistic) AttentionStatistics.REGISTRY.parse(spec);
    statistic.findings(model);
    assertThat(statistic.passes()).isEqualTo(read).isPositive();
  }

  @Test
  void forwardPassesAreToldBeforeTheStart() {
    StatisticsPlan plan =
        StatisticsPlan.of(
            List.of(
                "entropy",
                "head-ablation",
                "head-shapley:permutations=200",
                "token-ablation:tokens=0",
                "induction-score:texts=3"));
    assertThat(PlanAnnouncement.of(plan, model))
        .hasSize(5)
        .endsWith(
            "Further forward passes for each piece of a text, with 1 x 7 heads and 512 tokens at"
                + " most: head-ablation 8, head-shapley 1,203, token-ablation 513; 1,724 in all",
            "Further forward passes once for the model: induction-score 3",
            "Texts are read once");
    assertThat(PlanAnnouncement.of(StatisticsPlan.of(List.of("entropy", "rollout")), model))
        .noneMatch(line -> line.contains("Further"));
  }

  @Test
  void whatIsReadAsAnExplanationIsMarked() {
    StatisticsPlan plan =
        StatisticsPlan.of(
            List.of(
                "entropy",
                "rollout",
                "attention-flow",
                "token-contribution",
                "received-attention",
                "token-ablation"));
    assertThat(plan.explaining(StatisticLevel.TOKEN))
        .containsExactly("rollout", "attention-flow", "token-contribution", "received-attention");
    assertThat(plan.explaining(StatisticLevel.HEAD)).doesNotContain("received-attention");
    for (var entry : AttentionStatistics.REGISTRY.entries()) {
      AttentionStatistic statistic = AttentionStatistics.REGISTRY.parse(entry.name());
      if (statistic.caveat().contains("the correlation with token-ablation")) {
        assertThat(statistic.explains(StatisticLevel.TOKEN)).as(entry.name()).isTrue();
      }
    }
  }
}
