package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The window mechanisms read the keys that their papers say, and no others. */
class WindowAttentionTest {

  /** Whether a rule lets position p read key s. */
  private interface Rule {
    boolean reads(int p, int s);
  }

  @ParameterizedTest
  @CsvSource({"0,1,300", "4,32,300", "2,7,65", "3,200,450", "4,1024,100"})
  void sinkWindowInAnEncoderIsABandAndFirstColumns(int sinks, int window, int length) {
    AttentionCase given = AttentionCase.ofLength(1, length, Direction.BIDIRECTIONAL);
    check(
        new SinkWindowAttention(sinks, window),
        given,
        (p, s) -> s < sinks || Math.abs(p - s) <= window / 2);
  }

  @ParameterizedTest
  @CsvSource({"0,1,300", "4,32,300", "2,7,65", "3,200,450"})
  void sinkWindowOfACausalModelIsTheLastTokensAndTheFirst(int sinks, int window, int length) {
    AttentionCase given = AttentionCase.ofLength(2, length, Direction.CAUSAL);
    check(
        new SinkWindowAttention(sinks, window),
        given,
        (p, s) -> s <= p && (s < sinks || p - s < window));
  }

  @ParameterizedTest
  @CsvSource({"8,1,200", "64,3,300", "33,0,129", "512,2,100"})
  void windowGlobalAddsRowsAndColumns(int window, int globals, int length) {
    AttentionCase given = AttentionCase.ofLength(3, length, Direction.BIDIRECTIONAL);
    check(
        new WindowGlobalAttention(window, globals),
        given,
        (p, s) -> s < globals || p < globals || Math.abs(p - s) <= window / 2);
  }

  @ParameterizedTest
  @CsvSource({"6,0,300", "64,0,256", "200,0,1100", "9,7,311", "30,5,260"})
  void longTextsBehindFirstKeysReadBandsAndThese(int window, int first, int length) {
    AttentionMask mask =
        new AttentionMask(
            Direction.BIDIRECTIONAL,
            new int[] {first},
            new int[] {length},
            new int[] {first + length});
    AttentionCase given =
        new AttentionCase(7, 4, 2, 8, length, first + length, mask, Site.Kind.SELF, false);
    WindowGlobalAttention windows = new WindowGlobalAttention(window, first);
    check(windows, given, (p, s) -> s < first || Math.abs(p - s) <= window / 2);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput plain = given.input(root, 0);
      assertThat(BandedWindows.serves(windows, plain)).isTrue();
      AttentionInput shared = plain.withBias(new DistanceBias(first, true));
      AttentionInput apart = plain.withBias(new DistanceBias(first, false));
      assertThat(BandedWindows.serves(windows, apart)).isFalse();
      NDArray values = given.values(root, 3);
      try (Attended bands = windows.attend(shared);
          Attended blocks = windows.attend(apart)) {
        assertClose(bands.output().toFloatArray(), blocks.output().toFloatArray(), "output");
        assertClose(
            bands.logSumExp().toFloatArray(), blocks.logSumExp().toFloatArray(), "logSumExp");
        assertClose(bands.mix(values).toFloatArray(), blocks.mix(values).toFloatArray(), "mix");
      }
    }
  }

  /** A bias by the distance between tokens, and another one of the first keys. */
  private record DistanceBias(int first, boolean told) implements PositionBias {
    @Override
    public NDArray block(NDManager scope, int queryFrom, int queryTo, int keyFrom, int keyTo) {
      int rows = queryTo - queryFrom;
      int columns = keyTo - keyFrom;
      float[] numbers = new float[4 * rows * columns];
      for (int i = 0; i < numbers.length; i++) {
        int query = queryFrom + i / columns % rows;
        int key = keyFrom + i % columns;
        int head = i / (rows * columns);
        double angle = key < first ? query + 3.0 * key : key - first - query;
        numbers[i] = (float) Math.sin(angle + head);
      }
      return scope.create(numbers, new Shape(1, 4, rows, columns));
    }

    @Override
    public boolean byDistance(int keyFrom) {
      return told && keyFrom >= first;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 6, 7, 9, 10, 11, 12, 14, 15})
  void raggedCachedAndBiasedBatchesFollowTheSameRule(long seed) {
    AttentionCase given = AttentionCase.of(seed, 200);
    boolean causal = given.mask().direction() == Direction.CAUSAL;
    check(
        new SinkWindowAttention(2, 11),
        given,
        (p, s) -> s < 2 || (causal ? s <= p && p - s < 11 : Math.abs(p - s) <= 5));
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  void aWindowOverTheWholeTextIsDense(Direction direction) {
    AttentionCase given = AttentionCase.ofLength(5, 120, direction);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      Attention[] whole = {
        new SinkWindowAttention(4, 240), new WindowGlobalAttention(240, 1),
      };
      for (Attention mechanism : whole) {
        try (Attended attended = mechanism.attend(input);
            Attended dense = new DenseAttention().attend(input)) {
          assertClose(
              attended.output().toFloatArray(), dense.output().toFloatArray(), "" + mechanism);
        }
      }
    }
  }

  @Test
  void refusesCrossAttentionWithAReason() {
    AttentionShape cross =
        new AttentionShape(
            4, 4, 8, Site.Kind.CROSS, Direction.BIDIRECTIONAL, false, Precision.FP32, Device.cpu());
    assertThat(new SinkWindowAttention(4, 8).unsupportedReasons(cross))
        .singleElement()
        .asString()
        .contains("sink-window", "cross attention", "use dense");
    assertThat(new WindowGlobalAttention(4, 1).unsupportedReasons(cross)).hasSize(1);
  }

  @Test
  void namesEveryBadOption() {
    assertThatThrownBy(() -> Attentions.REGISTRY.parse("sink-window:sinks=-1,window=0"))
        .hasMessageContaining("sinks=-1 must be 0 or more")
        .hasMessageContaining("window=0 must be 1 or more");
  }

  private static void check(Attention mechanism, AttentionCase given, Rule rule) {
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      NaiveAttention naive = new NaiveAttention(given, input);
      float[] expected =
          naive.weights((row, s) -> naive.allows(row, s) && rule.reads(naive.keyPosition(row), s));
      naive.assertAttends(mechanism, input, expected);
    }
  }
}
