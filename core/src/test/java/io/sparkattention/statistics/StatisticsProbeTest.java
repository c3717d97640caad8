package io.sparkattention.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMask;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.Site;
import io.sparkattention.tensor.NativeArrays;
import io.sparkattention.tensor.TorchEngine;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StatisticsProbeTest {
  private static final StatisticsPlan PLAN =
      StatisticsPlan.of(
          List.of("entropy", "mean-distance", "received-attention", "sink-rate", "sink-rate:k=2"));

  private static double[][][] sequence(int n, long seed) {
    Random random = new Random(seed);
    double[][][] heads = new double[2][][];
    for (int h = 0; h < heads.length; h++) {
      heads[h] = WeightMaps.random(n, Direction.BIDIRECTIONAL, 2, random);
    }
    return heads;
  }

  private static List<StatisticsAccumulator> observe(int padded, double[][][]... batch) {
    StatisticsProbe probe = new StatisticsProbe(PLAN);
    MatrixAttended.show(probe, 0, Direction.BIDIRECTIONAL, batch, padded);
    return probe.sequences();
  }

  @Test
  void numbersDoNotDependOnBatchOrPadding() {
    double[][][] document = sequence(13, 1);
    DocumentStatistics alone = observe(13, document).get(0).statistics();
    DocumentStatistics together =
        observe(40, sequence(40, 2), document, sequence(1, 3)).get(1).statistics();
    assertThat(together)
        .usingRecursiveComparison()
        .withComparatorForType(Float::compare, Float.class)
        .isEqualTo(alone);
  }

  @Test
  void statisticsOfALayerShareOnePass() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      double[][][][] batch = {sequence(5, 4)};
      MatrixAttended attended = new MatrixAttended(scope, batch, 5);
      new StatisticsProbe(PLAN)
          .observe(MatrixAttended.input(scope, 0, Direction.BIDIRECTIONAL, batch, 5), attended);
      assertThat(attended.passes()).isEqualTo(1);
    }
  }

  @Test
  void leavesNothingInNativeMemory() {
    try (NDManager all = TorchEngine.newManager(Device.cpu())) {
      double[][][][] batch = {sequence(5, 4)};
      int before = NativeArrays.count(all.getParentManager());
      for (int i = 0; i < 3; i++) {
        try (NDManager pass = all.newSubManager();
            NDManager layer = pass.newSubManager()) {
          AttentionInput input = MatrixAttended.input(layer, 0, Direction.BIDIRECTIONAL, batch, 5);
          new StatisticsProbe(PLAN).observe(input, new MatrixAttended(layer, batch, 5));
        }
      }
      assertThat(NativeArrays.count(all.getParentManager())).isEqualTo(before);
    }
  }

  @Test
  void watchesSelfAttentionOverWholeInputs() {
    StatisticsProbe probe = new StatisticsProbe(PLAN);
    assertThat(probe.watches(Site.encoder(3))).isTrue();
    assertThat(probe.watches(new Site(0, Site.Kind.CROSS, Site.Phase.PREFILL))).isFalse();
    assertThat(probe.watches(new Site(0, Site.Kind.SELF, Site.Phase.DECODE))).isFalse();
  }

  @Test
  void refusesAnotherBatch() {
    StatisticsProbe probe = new StatisticsProbe(PLAN);
    double[][][][] two = {sequence(4, 1), sequence(6, 2)};
    double[][][][] one = {sequence(4, 1)};
    MatrixAttended.show(probe, 0, Direction.BIDIRECTIONAL, two, 6);
    assertThatThrownBy(() -> MatrixAttended.show(probe, 1, Direction.BIDIRECTIONAL, one, 6))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("layers of 2 and 1 sequences in one pass: use a new probe for each batch");
  }

  @Test
  void refusesQueriesAfterACache() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      double[][][][] batch = {sequence(5, 4)};
      AttentionInput input = MatrixAttended.input(scope, 0, Direction.CAUSAL, batch, 5);
      AttentionMask cached =
          new AttentionMask(Direction.CAUSAL, new int[] {3}, new int[] {2}, new int[] {5});
      AttentionInput later =
          AttentionInput.padded(
              input.query(), input.key(), input.value(), cached, input.site(), scope);
      assertThatThrownBy(
              () -> new StatisticsProbe(PLAN).observe(later, new MatrixAttended(scope, batch, 5)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("[3]")
          .hasMessageContaining("observe whole sequences in one pass");
    }
  }
}
