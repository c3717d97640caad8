package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.TorchEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The blocked passes against rows of weights, over several blocks of queries and keys. */
class AttentionMomentsTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void equalsSumsOfRows(long seed) {
    AttentionCase given = AttentionCase.of(seed, 900);
    check(new DenseAttention(), given);
  }

  @ParameterizedTest
  @ValueSource(ints = {127, 128, 129, 255, 256, 257, 513})
  void edgesOfBlocksAreNotLost(int length) {
    check(new DenseAttention(), AttentionCase.ofLength(length, length, Direction.BIDIRECTIONAL));
    check(new DenseAttention(), AttentionCase.ofLength(length, length, Direction.CAUSAL));
  }

  @Test
  void entropyIsThatOfTheWholeMatrix() {
    AttentionCase given = AttentionCase.ofLength(7, 512, Direction.BIDIRECTIONAL);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      NaiveAttention naive = new NaiveAttention(given, input);
      try (Attended attended = new DenseAttention().attend(input);
          AttentionMoments moments = attended.moments(root.ones(new Shape(512, 1)))) {
        float[] expected = naive.entropy(naive.denseWeights());
        assertClose(moments.entropy().toFloatArray(), expected, 1e-5, "entropy of " + given);
      }
    }
  }

  @Test
  void sequencesOneByOneAreAllTogether() {
    AttentionMask ragged = AttentionMask.self(Direction.BIDIRECTIONAL, new int[] {200, 300, 131});
    AttentionCase given = new AttentionCase(3, 2, 2, 16, 300, 300, ragged, Site.Kind.SELF, false);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 50);
      MomentSums sums =
          new MomentSums(
              root.arange(3f * 300 * 2).mul(0.37).sin().reshape(3, 300, 2),
              root.arange(300f).mul(0.61).cos().reshape(300, 1),
              new int[] {-20, 0, 3});
      try (Attended attended = new DenseAttention().attend(input);
          AttentionMoments found = SequenceMoments.of(input, attended.logSumExp(), sums);
          AttentionMoments expected = AttentionMoments.ofRows(input, attended, sums)) {
        assertSame(found, expected, given);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sink-window:sinks=4,window=500",
        "window-global:window=300,globals=2",
        "local-sparse-global:block=128,sparsity=4,mode=stride",
        "local-sparse-global:block=64,sparsity=2,mode=norm,globals=0"
      })
  void sparseMechanismsSumOverWhatTheySelect(String spec) {
    Attention mechanism = Attentions.REGISTRY.parse(spec);
    check(mechanism, AttentionCase.of(1, 900));
    check(mechanism, AttentionCase.ofLength(4, 1_100, Direction.BIDIRECTIONAL));
    if (!(mechanism instanceof LocalSparseGlobalAttention)) {
      check(mechanism, AttentionCase.of(2, 900));
      check(mechanism, AttentionCase.of(6, 300));
    }
  }

  private static void check(Attention mechanism, AttentionCase given) {
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 50);
      NDArray columns = // (S, C), rows differ
          root.arange((float) given.keys() * 5).mul(0.37).sin().reshape(new Shape(-1, 5));
      NDArray rows = // (B, T, R)
          root.arange((float) given.batch() * given.queries() * 2)
              .mul(0.61)
              .cos()
              .reshape(new Shape(-1, given.queries(), 2));
      for (int[] cutoffs : new int[][] {{}, {0}, {-131, -2, -1, 0, 40}}) {
        check(mechanism, given, input, new MomentSums(columns, rows, cutoffs));
      }
      check(mechanism, given, input, MomentSums.of(columns));
    }
  }

  private static void check(
      Attention mechanism, AttentionCase given, AttentionInput input, MomentSums sums) {
    try (Attended attended = mechanism.attend(input);
        AttentionMoments moments = attended.moments(sums);
        AttentionMoments expected = AttentionMoments.ofRows(input, attended, sums)) {
      assertSame(moments, expected, given);
    }
  }

  private static void assertSame(
      AttentionMoments moments, AttentionMoments expected, AttentionCase given) {
    close(moments.entropy(), expected.entropy(), 1e-5, "entropy", given);
    close(moments.mix(), expected.mix(), 1e-5, "mix", given);
    close(masses(moments), masses(expected), 1e-5, "bands", given);
    close(moments.bands(), expected.bands(), 5e-3, "positions in bands", given); // to 1,100
    close(moments.received(), expected.received(), 1e-4, "received", given);
    close(moments.receivedParts(), expected.receivedParts(), 1e-4, "parts", given);
  }

  private static NDArray masses(AttentionMoments moments) {
    return moments.bands().get("..., 0:1");
  }

  private static void close(
      NDArray actual, NDArray expected, double tolerance, String what, AttentionCase given) {
    assertClose(actual.toFloatArray(), expected.toFloatArray(), tolerance, what + " of " + given);
  }
}
