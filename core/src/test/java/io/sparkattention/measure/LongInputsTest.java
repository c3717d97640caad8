package io.sparkattention.measure;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.SinkWindowAttention;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.TorchEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is generated attends as it is said to. */
class LongInputsTest {

  private static final int LENGTH = 1_024;
  private static final int HEADS = 4;

  private static LongInputs inputs(Direction direction) {
    return new LongInputs(LENGTH, HEADS, 2, 64, direction, 5);
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  void everyHeadFindsTheNeedleThatIsAskedForAtEveryDepth(Direction direction) {
    LongInputs inputs = inputs(direction);
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      AttentionInput first = inputs.input(scope, Precision.FP32, 0);
      for (int depth = 0; depth < LongInputs.DEPTHS; depth++) {
        AttentionInput asked = inputs.asking(first, scope, depth);
        try (Attended exact = new DenseAttention().attend(asked)) {
          for (int row : inputs.questionRows()) {
            float[] weights = exact.weights(row, row + 1).toFloatArray(); // (1, H, 1, S)
            for (int h = 0; h < HEADS; h++) {
              double mass = mass(weights, h, inputs.needle(depth));
              assertThat(mass).as("depth %d, row %d, head %d", depth, row, h).isGreaterThan(0.1);
            }
          }
        }
      }
    }
  }

  @Test
  void otherQueriesAttendToSinksStripesAndNeighbours() {
    LongInputs inputs = inputs(Direction.CAUSAL);
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = inputs.input(scope, Precision.FP32, 0);
      List<double[]> attended = new ArrayList<>();
      try (Attended exact = new DenseAttention().attend(input)) {
        for (int row : inputs.rows(12)) {
          float[] weights = exact.weights(row, row + 1).toFloatArray(); // (1, H, 1, S)
          for (int h = 0; h < HEADS; h++) {
            double sinks = mass(weights, h, new Span(0, 4));
            double near = mass(weights, h, new Span(row - 63, row + 1));
            double stripes = 0;
            for (int place : inputs.plans()[h].stripes()) {
              stripes += mass(weights, h, new Span(place, place + 1));
            }
            attended.add(new double[] {sinks, near, stripes});
          }
        }
      }
      double[] mean = new double[3];
      attended.forEach(each -> Arrays.setAll(mean, i -> mean[i] + each[i] / attended.size()));
      assertThat(mean[0]).as("sinks").isBetween(0.03, 0.5);
      assertThat(mean[1]).as("neighbours").isBetween(0.3, 0.8);
      assertThat(mean[2]).as("stripes").isBetween(0.03, 0.4);
    }
  }

  @Test
  void aQuestionIsAllThatChangesAndRunsAreEqual() {
    LongInputs inputs = inputs(Direction.CAUSAL);
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      AttentionInput first = inputs.input(scope, Precision.FP32, 0);
      NDArray asked = inputs.asking(first, scope, 3).query();
      NDArray whole = inputs.input(scope, Precision.FP32, 3).query();
      assertThat(asked.sub(whole).abs().max().getFloat()).isLessThan(1e-4f);
      assertThat(asked.sub(first.query()).abs().max().getFloat()).isGreaterThan(1f);
    }
  }

  @Test
  void aWindowRecallsTheMassThatLiesInItAndNoneOfAFarNeedle() {
    LongInputs inputs = inputs(Direction.CAUSAL);
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = inputs.input(scope, Precision.FP32, 2);
      int row = inputs.questionRows()[0];
      try (Attended exact = new DenseAttention().attend(input);
          Attended window = new SinkWindowAttention(4, 128).attend(input)) {
        float[] weights = exact.weights(row, row + 1).toFloatArray(); // (1, H, 1, S)
        MassRecall recall = MassRecall.of(input, window, row, inputs.needle(2));
        for (int h = 0; h < HEADS; h++) {
          double seen =
              mass(weights, h, new Span(0, 4)) + mass(weights, h, new Span(row - 127, row + 1));
          assertThat((double) recall.mass()[h]).isBetween(seen - 1e-4, seen + 1e-4);
          assertThat(recall.needle()[h]).isZero();
          assertThat(recall.keysRead()[h]).isEqualTo(132);
        }
        MassRecall all = MassRecall.of(input, exact, row, inputs.needle(2));
        assertThat(all.mass()[0]).isBetween(0.9999f, 1.0001f);
        assertThat(all.needle()[0]).isBetween(0.9999f, 1.0001f);
      }
    }
  }

  private static double mass(float[] weights, int head, Span keys) {
    double sum = 0;
    for (int s = keys.from(); s < keys.to(); s++) {
      sum += weights[head * LENGTH + s];
    }
    return sum;
  }
}
