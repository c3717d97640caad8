package io.sparkattention.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.attention.Direction;
import io.sparkattention.attention.Silence;
import io.sparkattention.text.Tokens;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Experiments on models of which everything is known. */
class ExperimentsTest {
  private static final int[] CONTENT = {7, 19, 4, 250, 33};

  private static Findings find(String spec, ExaminedModel model) {
    AttentionStatistic statistic = AttentionStatistics.REGISTRY.parse(spec);
    return statistic instanceof ExperimentStatistic experiment
        ? experiment.findings(model, model.framed(CONTENT))
        : ((ModelStatistic) statistic).findings(model);
  }

  /** 1 − the cosine of means over tokens, written down. */
  private static double change(float[][] a, float[][] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int d = 0; d < a[0].length; d++) {
      double x = 0;
      double y = 0;
      for (int t = 0; t < a.length; t++) {
        x += a[t][d];
        y += b[t][d];
      }
      ab += x * y;
      aa += x * x;
      bb += y * y;
    }
    return 1 - ab / Math.sqrt(aa * bb);
  }

  @Test
  void deadHeadIsNotNeededAndTheStrongestMost() {
    PlantedModel model = PlantedModel.ofStrengths(new double[] {0, 3}, new double[] {1, 0.5});
    double[][] found = find("head-ablation", model).heads();
    int[] ids = model.framed(CONTENT).ids();
    float[][] whole = model.activations(List.of(ids)).get(0);
    for (int l = 0; l < 2; l++) {
      for (int h = 0; h < 2; h++) {
        float[][] without =
            model.activations(List.of(ids), Set.of(new HeadPlace(l, h)), Silence.ZERO).get(0);
        assertThat(found[l][h]).isCloseTo(change(whole, without), within(1e-6));
      }
    }
    assertThat(found[0][0]).isCloseTo(0, within(1e-9));
    assertThat(found[0][1]).isGreaterThan(found[1][0]);
    assertThat(found[1][0]).isGreaterThan(found[1][1]);
  }

  @Test
  void headsThatDoNothingCanAllGo() {
    PlantedModel half = PlantedModel.ofStrengths(new double[] {0, 3}, new double[] {4, 0});
    assertThat(find("removable-heads", half).document()).isEqualTo(0.5);
    assertThat(find("removable-heads:loss=2", half).document()).isEqualTo(1);
    PlantedModel dead = PlantedModel.ofStrengths(new double[3], new double[3]);
    assertThat(find("removable-heads", dead).document()).isEqualTo(1);
    PlantedModel busy = PlantedModel.ofStrengths(new double[] {5, 4, 6});
    assertThat(find("removable-heads", busy).document()).isZero();
    assertThat(find("removable-heads:by=mean", busy).document()).isEqualTo(1); // heads of one value
    assertThat(find("head-ablation:by=mean", busy).heads()[0]).containsOnly(0);
  }

  @Test
  void shapleyValuesAddUpToWhatAllHeadsDo() {
    PlantedModel model = PlantedModel.ofStrengths(new double[] {0, 2, 1}, new double[] {1, 0, 3});
    double[][] found = find("head-shapley:permutations=3,tolerance=0", model).heads();
    Set<HeadPlace> all = new HashSet<>();
    for (int l = 0; l < 2; l++) {
      for (int h = 0; h < 3; h++) {
        all.add(new HeadPlace(l, h));
      }
    }
    int[] ids = model.framed(CONTENT).ids();
    double nothing =
        change(
            model.activations(List.of(ids)).get(0),
            model.activations(List.of(ids), all, Silence.ZERO).get(0));
    double sum = Arrays.stream(found).flatMapToDouble(Arrays::stream).sum();
    assertThat(sum).isCloseTo(nothing, within(1e-9));
    assertThat(found[0][0]).isCloseTo(0, within(1e-9));
    assertThat(found[1][1]).isCloseTo(0, within(1e-9));
    assertThat(found[1][2]).isGreaterThan(found[0][1]).isGreaterThan(0);
  }

  @Test
  void hiddenTokensMoveTheEmbeddingByWhatTheyAre() {
    PlantedModel model = PlantedModel.ofStrengths(new double[2]);
    Tokens sequence = model.framed(CONTENT);
    double[] found = find("token-ablation:tokens=0", model).tokens();
    float[][] whole = model.activations(List.of(sequence.ids())).get(0);
    assertThat(found[0]).isNaN();
    assertThat(found[6]).isNaN();
    for (int t = 1; t <= CONTENT.length; t++) {
      int[] ids = sequence.ids().clone();
      ids[t] = PlantedModel.BLANK;
      float[][] without = model.activations(List.of(ids)).get(0);
      assertThat(found[t]).isPositive().isCloseTo(change(whole, without), within(1e-6));
    }
    double[] some = find("token-ablation:tokens=2", model).tokens();
    assertThat(Arrays.stream(some).filter(x -> !Double.isNaN(x)).count()).isEqualTo(2);
    assertThat(some[2]).isEqualTo(found[2]);
    assertThat(some[4]).isEqualTo(found[4]);
  }

  @Test
  void plantedMassiveActivationIsFound() {
    Findings found = find("massive-activations", PlantedModel.ofStrengths(new double[2]));
    assertThat(found.document()).isEqualTo(1);
    assertThat(found.tokens()[0]).isGreaterThan(1000);
    assertThat(found.tokens()[1]).isLessThan(1000);
    assertThat(
            find("massive-activations:ratio=1e9", PlantedModel.ofStrengths(new double[2]))
                .document())
        .isZero();
  }

  /** What a head that finds the same word looks at, {@code lag} further; else the first token. */
  private static Function<int[], double[][]> matching(int lag, Direction direction) {
    return ids ->
        WeightMaps.single(
            ids.length,
            (t, n) -> {
              for (int s = 0; s < (direction == Direction.CAUSAL ? t : n); s++) {
                boolean there = s + lag >= 0 && s + lag < n;
                if (s != t && ids[s] == ids[t] && there) {
                  return direction == Direction.CAUSAL && s + lag > t ? 0 : s + lag;
                }
              }
              return 0;
            });
  }

  private static Function<int[], double[][]> uniform(Direction direction) {
    return ids -> WeightMaps.uniform(ids.length, direction);
  }

  @Test
  void inductionHeadHasScoreOne() {
    PlantedModel model =
        PlantedModel.ofHeads(
            List.of(
                matching(1, Direction.CAUSAL),
                matching(0, Direction.CAUSAL),
                matching(-2, Direction.CAUSAL),
                uniform(Direction.CAUSAL)));
    double[] scores = find("induction-score", model).heads()[0];
    assertThat(scores[0]).isCloseTo(1, within(1e-6));
    assertThat(scores[1]).isZero();
    assertThat(scores[2]).isZero();
    double even = 0; // the queries of the second time stand at 33 … 64 and see that many and one
    for (int t = 33; t < 64; t++) {
      even += 1.0 / (t + 1) / 31;
    }
    assertThat(scores[3]).isCloseTo(even, within(1e-6));
  }

  @Test
  void lagsDrawTheCurveOfAHead() {
    PlantedModel model = PlantedModel.ofHeads(List.of(matching(-2, Direction.BIDIRECTIONAL)));
    for (int lag = -4; lag <= 4; lag++) {
      double score = find("induction-score:lag=" + lag + ",words=12", model).heads()[0][0];
      assertThat(score).as("lag " + lag).isCloseTo(lag == -2 ? 1 : 0, within(1e-6));
    }
  }

  @Test
  void copyingHeadRetrievesAndOthersDoNot() {
    PlantedModel causal =
        PlantedModel.ofHeads(
            List.of(
                matching(1, Direction.CAUSAL),
                matching(0, Direction.CAUSAL),
                uniform(Direction.CAUSAL)));
    assertThat(find("retrieval-score", causal).heads()[0]).containsExactly(1, 0, 0);
    PlantedModel encoder =
        PlantedModel.ofHeads(
            List.of(
                matching(0, Direction.BIDIRECTIONAL),
                matching(1, Direction.BIDIRECTIONAL),
                uniform(Direction.BIDIRECTIONAL),
                ids -> WeightMaps.single(ids.length, (t, n) -> t)));
    double[] scores = find("retrieval-score", encoder).heads()[0];
    assertThat(scores[0]).isCloseTo(1, within(1e-9));
    assertThat(scores[1]).isZero();
    assertThat(scores[2]).isZero();
    assertThat(scores[3]).isZero(); // looks at itself
  }

  @Test
  void wordsAreNotDrawnTwice() {
    PlantedModel model = PlantedModel.ofHeads(List.of(uniform(Direction.CAUSAL)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> find("induction-score:words=301", model))
        .withMessageContaining("300");
  }

  @Test
  void optionsAreChecked() {
    for (String spec :
        List.of(
            "removable-heads:loss=-1",
            "head-shapley:permutations=0",
            "head-shapley:tolerance=NaN",
            "token-ablation:tokens=-1",
            "massive-activations:ratio=0",
            "induction-score:lag=32",
            "retrieval-score:needle=300",
            "operation-score:top=0")) {
      assertThatIllegalArgumentException()
          .as(spec)
          .isThrownBy(() -> AttentionStatistics.REGISTRY.parse(spec));
    }
  }
}
