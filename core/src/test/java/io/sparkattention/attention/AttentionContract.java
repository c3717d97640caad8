package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.NativeArrays;
import java.util.List;
import java.util.Random;

/** What every mechanism promises, checked on one random case. */
final class AttentionContract {

  private static final float GARBAGE = 1e4f;

  private final Attention mechanism;
  private final AttentionCase given;
  private final NDManager scope;

  private AttentionContract(Attention mechanism, AttentionCase given, NDManager scope) {
    this.mechanism = mechanism;
    this.given = given;
    this.scope = scope;
  }

  /** Checks everything; leaves nothing open in {@code root}. */
  static void check(Attention mechanism, AttentionCase given, NDManager root) {
    int before = NativeArrays.count(root);
    try (NDManager scope = root.newSubManager()) {
      AttentionContract contract = new AttentionContract(mechanism, given, scope);
      contract.weightsAreASelection();
      contract.paddingChangesNothing();
      contract.layoutChangesNothing();
      if (mechanism.weighting() == Weighting.UNNORMALIZED) {
        contract.momentsAreRefused();
      } else {
        contract.momentsAreSumsOfWeights();
      }
      contract.nothingStaysOpen();
      if (mechanism.exact()) {
        contract.equalsEager();
      }
    }
    assertThat(NativeArrays.count(root)).as("open arrays").isEqualTo(before);
  }

  private void weightsAreASelection() {
    AttentionInput input = given.input(scope, 0);
    try (Attended attended = mechanism.attend(input)) {
      float[] weights = attended.weights(0, given.queries()).toFloatArray();
      float[] sums = new float[weights.length / given.keys()];
      NaiveAttention naive = new NaiveAttention(given, asked(input));
      for (int row = 0; row < sums.length; row++) {
        for (int s = 0; s < given.keys(); s++) {
          float w = weights[row * given.keys() + s];
          if (!possible(w) || w != 0 && !naive.allows(row, s)) {
            throw new AssertionError("row " + row + " gives key " + s + " the weight " + w);
          }
          sums[row] += w;
        }
        if (mechanism.weighting() != Weighting.UNNORMALIZED) {
          assertClose(
              new float[] {sums[row]},
              new float[] {naive.readsAny(row, weights) ? 1 : 0},
              "sum of row " + row);
        }
      }
      logSumExpsAre(attended.logSumExp().toFloatArray(), placed(naive, weights), weights);
      float[] expected = naive.mix(weights, input.value());
      assertClose(attended.output().toFloatArray(), expected, "output against weights · value");
      assertClose(attended.mix(input.value()).toFloatArray(), expected, "mix of the values");
      for (int columns : new int[] {1, given.headSize() + 3}) {
        NDArray values = given.values(scope, columns);
        assertClose(
            attended.mix(values).toFloatArray(),
            naive.mix(weights, values),
            "mix of " + columns + " columns");
      }
      int from = given.queries() / 3;
      int to = Math.min(given.queries(), from + 1 + given.queries() / 2);
      assertClose(
          attended.weights(from, to).toFloatArray(),
          naive.rows(weights, from, to),
          "rows " + from + " to " + to);
    }
  }

  /** The same attention with keys where the mechanism reads them. */
  private NaiveAttention placed(NaiveAttention naive, float[] weights) {
    RenumberedPlaces.Place place = RenumberedPlaces.of(mechanism, given, naive, weights);
    return place == null
        ? naive
        : new NaiveAttention(
            given,
            given.input(scope, 0),
            given.rotation(),
            (row, s) -> 0,
            (row, s) -> place.of(row, s) - s);
  }

  /** What the mechanism that attends is asked. */
  private AttentionInput asked(AttentionInput input) {
    return mechanism instanceof InputRewrite hook ? hook.rewrite(input, scope) : input;
  }

  private boolean possible(float weight) {
    return mechanism.weighting() == Weighting.UNNORMALIZED
        ? Float.isFinite(weight)
        : weight >= 0 && weight < 1.0001f;
  }

  /** Those of the chosen scores, or finite where a key is seen if weights are no softmax. */
  private void logSumExpsAre(float[] logSumExps, NaiveAttention naive, float[] weights) {
    if (mechanism.weighting() == Weighting.SOFTMAX) {
      assertClose(logSumExps, naive.logSumExps(weights), "logSumExp of the chosen");
      return;
    }
    for (int row = 0; row < logSumExps.length; row++) {
      assertThat(Float.isFinite(logSumExps[row]) && logSumExps[row] > -1e30f)
          .as("whether the logSumExp of row %s, %s, is finite", row, logSumExps[row])
          .isEqualTo(naive.seesAny(row));
    }
  }

  private void paddingChangesNothing() {
    try (Attended clean = mechanism.attend(given.input(scope, 0));
        Attended dirty = mechanism.attend(given.input(scope, GARBAGE))) {
      assertClose(
          dirty.output().toFloatArray(), clean.output().toFloatArray(), "output with garbage");
      assertClose(
          dirty.logSumExp().toFloatArray(),
          clean.logSumExp().toFloatArray(),
          "logSumExp with garbage");
    }
  }

  private void layoutChangesNothing() {
    AttentionInput packed = given.packedInput(scope);
    try (Attended expected = mechanism.attend(given.input(scope, 0));
        Attended attended = Attentions.attend(mechanism, packed)) {
      assertClose(
          attended.output().toFloatArray(),
          packed.restore(expected.output()).toFloatArray(),
          "packed output");
      assertClose(
          attended.logSumExp().toFloatArray(),
          packed.restore(expected.logSumExp().expandDims(-1)).toFloatArray(),
          "packed logSumExp");
      assertClose(
          attended.mix(packed.key()).toFloatArray(),
          packed.restore(expected.mix(given.input(scope, 0).key())).toFloatArray(),
          "packed mix");
    }
  }

  private void momentsAreSumsOfWeights() {
    Random random = new Random(given.seed());
    float[] numbers = new float[given.keys() * 3];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.nextFloat();
    }
    NDArray columns = scope.create(numbers, new Shape(given.keys(), 3)); // (S, C)
    AttentionInput input = given.input(scope, GARBAGE);
    try (Attended attended = mechanism.attend(input);
        AttentionMoments moments = attended.moments(new MomentSums(columns, null, new int[] {0}))) {
      float[] places = new float[given.keys() * 2];
      for (int s = 0; s < given.keys(); s++) {
        places[2 * s] = 1;
        places[2 * s + 1] = s;
      }
      NaiveAttention naive = new NaiveAttention(given, asked(input));
      float[] weights = attended.weights(0, given.queries()).toFloatArray();
      assertClose(moments.entropy().toFloatArray(), naive.entropy(weights), "entropy");
      assertClose(moments.mix().toFloatArray(), naive.sums(weights, numbers, false), "mix");
      assertClose(
          moments.bands().get("..., 0, :").toFloatArray(),
          naive.sums(weights, places, true),
          "mass and positions of the past");
      assertClose(moments.received().toFloatArray(), naive.received(weights), "received");
    }
  }

  private void momentsAreRefused() {
    try (Attended attended = mechanism.attend(given.input(scope, 0))) {
      NDArray columns = scope.ones(new Shape(given.keys(), 1));
      assertThatThrownBy(() -> attended.moments(columns))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("sum to 1");
    }
  }

  private void nothingStaysOpen() {
    try (NDManager inner = scope.newSubManager()) {
      AttentionInput input = given.input(inner, 0);
      NDArray columns = inner.ones(new Shape(given.keys(), 1));
      List<NDArray> before = NativeArrays.under(scope);
      try (Attended attended = mechanism.attend(input)) {
        attended.mix(input.value()).close();
        attended.weights(0, 1).close();
        if (mechanism.weighting() != Weighting.UNNORMALIZED) {
          attended.moments(columns).close();
        }
      }
      List<String> open =
          NativeArrays.under(scope).stream()
              .filter(array -> before.stream().noneMatch(known -> known == array))
              .map(array -> array.getDataType() + " " + array.getShape())
              .toList();
      assertThat(open).as("arrays after closing").isEmpty();
    }
  }

  private void equalsEager() {
    AttentionInput input = given.input(scope, 0);
    try (Attended attended = mechanism.attend(input);
        Attended eager = new EagerAttention().attend(input)) {
      assertClose(
          attended.output().toFloatArray(), eager.output().toFloatArray(), "output against eager");
      assertClose(
          attended.logSumExp().toFloatArray(),
          eager.logSumExp().toFloatArray(),
          "logSumExp against eager");
      assertClose(
          attended.weights(0, given.queries()).toFloatArray(),
          new NaiveAttention(given, asked(input)).denseWeights(),
          "weights against plain Java");
    }
  }
}
