package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.sparkattention.Tolerances;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.BlockMemoryOperators.Summary;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.tensor.TurnOperators;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Keys that are read at other positions, against heads that were never rotated and are rotated once
 * to where the papers put them.
 */
class RenumberedKeysTest {

  private static final int CASES = 64;

  private static Attention parse(String spec) {
    return Attentions.REGISTRY.parse(spec + ",positions=renumbered");
  }

  /** The call of heads that hold no position yet. */
  private static AttentionInput rotated(AttentionInput raw, PlainRotation rotation) {
    int[] offsets = raw.mask().queryOffsets();
    return raw.withArrays(
            rotation.placed(raw.scope(), raw.query(), offsets),
            rotation.placed(raw.scope(), raw.key(), new int[offsets.length]),
            raw.value(),
            raw.layout())
        .withRotation(rotation);
  }

  private static NaiveAttention placed(
      AttentionCase given, AttentionInput raw, RenumberedPlaces.Place place) {
    NaiveAttention naive = new NaiveAttention(given, raw);
    return new NaiveAttention(
        given, raw, given.rotation(), (row, s) -> naive.keyPosition(row), place);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chunk-select:chunk=4,chunks=3",
        "chunk-select:chunk=7,chunks=4",
        "chunk-select:chunk=1,chunks=5",
        "block-memory:block=4,blocks=2,sinks=3,window=6,rows=5,score=bounds",
        "block-memory:block=3,blocks=1,sinks=0,window=1,rows=16,score=mean",
        "block-memory:block=4,blocks=1,sinks=6,window=6,rows=3,score=mean",
        "block-memory:block=3,blocks=2,sinks=2,window=4,rows=4",
        "block-memory:block=16,blocks=1,sinks=0,window=2,rows=1",
        "block-memory:block=5,blocks=3,sinks=1,window=9,rows=1,score=pooled"
      })
  void readsKeysWhereThePaperPutsThem(String spec) {
    Attention mechanism = parse(spec);
    int turned = 0;
    for (long seed = 0; seed < CASES; seed++) {
      AttentionCase given = AttentionCase.of(seed, 60);
      try (NDManager root = TorchEngine.newManager(Device.cpu())) {
        if (!mechanism.unsupportedReasons(given.shape(root)).isEmpty()) {
          continue;
        }
        AttentionInput raw = given.input(root, 0);
        AttentionInput input = rotated(raw, given.rotation());
        try (Attended attended = mechanism.attend(input)) {
          float[] weights = attended.weights(0, given.queries()).toFloatArray();
          NaiveAttention text = new NaiveAttention(given, raw);
          RenumberedPlaces.Place place = RenumberedPlaces.of(mechanism, given, text, weights);
          NaiveAttention naive = placed(given, raw, place);
          float[] expected =
              naive.weights((row, s) -> weights[row * given.keys() + s] > 0 && text.allows(row, s));
          String what = "seed " + seed + ", " + mechanism + " on " + given;
          assertClose(weights, expected, what);
          assertClose(
              attended.output().toFloatArray(),
              naive.mix(expected, raw.value()),
              "output, " + what);
          assertClose(
              attended.logSumExp().toFloatArray(), naive.logSumExps(expected), "sums, " + what);
          turned += bounded(mechanism, given, text, weights, place, what);
        }
      }
    }
    assertThat(turned).as("keys that were read elsewhere").isGreaterThan(1000);
  }

  /** Checks distances to the keys that are read; counts those that stand elsewhere in the text. */
  private static int bounded(
      Attention mechanism,
      AttentionCase given,
      NaiveAttention text,
      float[] weights,
      RenumberedPlaces.Place place,
      String what) {
    int most =
        mechanism instanceof BlockMemoryAttention block
            ? block.window()
            : ((ChunkSelectAttention) mechanism).chunk()
                * (((ChunkSelectAttention) mechanism).chunks() + 2);
    int turned = 0;
    for (int i = 0; i < weights.length; i++) {
      int row = i / given.keys();
      int s = i % given.keys();
      if (weights[i] > 0) {
        int distance = text.keyPosition(row) - place.of(row, s);
        assertThat(distance)
            .as("distance of row %s to key %s, %s", row, s, what)
            .isBetween(0, most);
        turned += place.of(row, s) == s ? 0 : 1;
      }
    }
    return turned;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chunk-select:chunk=4,chunks=100",
        "chunk-select:chunk=100,chunks=3",
        "block-memory:block=4,blocks=1,sinks=0,window=100,rows=8"
      })
  void whatReadsEverythingWithinItsDistanceIsDense(String spec) {
    Attention mechanism = parse(spec);
    for (long seed : new long[] {2, 3, 4, 10, 11, 12}) {
      AttentionCase given = AttentionCase.of(seed);
      try (NDManager root = TorchEngine.newManager(Device.cpu())) {
        AttentionInput input = given.input(root, 0);
        new NaiveAttention(given, input)
            .assertAttends(mechanism, input, new NaiveAttention(given, input).denseWeights());
      }
    }
  }

  /** Blocks are chosen as if all keys were one window away, step by step and with a memory. */
  @ParameterizedTest
  @EnumSource(Summary.class)
  void stepsChooseAndReadByOneDistance(Summary score) {
    BlockMemoryAttention mechanism =
        new BlockMemoryAttention(4, 2, 5, 9, score, 16, Positions.RENUMBERED);
    DecodedText text = DecodedText.of(4, 61, 40, 37);
    try (NDManager root = TorchEngine.newManager(Device.cpu());
        AttentionMemory memory = new AttentionMemory(root)) {
      for (int step = 0; step < 6; step++) {
        checkStep(mechanism, text, root, memory);
        text = text.next();
      }
      memory.select(new int[] {2, 0, 0});
      text = text.select(2, 0, 0).next();
      checkStep(mechanism, text, root, memory);
      memory.clear(1);
      text = text.next().begin(1, 7, 45);
      checkStep(mechanism, text, root, memory);
      checkStep(mechanism, DecodedText.of(5, 52, 52), root, null);
    }
  }

  private static void checkStep(
      BlockMemoryAttention mechanism, DecodedText text, NDManager root, AttentionMemory memory) {
    try (NDManager scope = root.newSubManager()) {
      AttentionCase given = text.asCase();
      PlainRotation rotation = given.rotation();
      AttentionInput raw = text.input(scope, 0, memory);
      int[] window = new int[text.lengths().length];
      Arrays.fill(window, mechanism.window());
      AttentionInput far =
          raw.withArrays(
              rotation.placed(scope, raw.query(), window), raw.key(), raw.value(), raw.layout());
      NaiveAttention.Reads reads =
          new RetrievedRule(text, far)
              .blocks(
                  mechanism.block(),
                  mechanism.blocks(),
                  mechanism.sinks(),
                  mechanism.window(),
                  mechanism.score());
      NaiveAttention plain = new NaiveAttention(given, raw);
      NaiveAttention naive = placed(given, raw, RenumberedPlaces.of(mechanism, given, plain, null));
      float[] expected = naive.weights((row, s) -> plain.allows(row, s) && reads.key(row, s));
      try (Attended attended = mechanism.attend(rotated(raw, rotation))) {
        assertClose(attended.weights(0, 1).toFloatArray(), expected, mechanism + " on " + text);
        assertClose(
            attended.output().toFloatArray(),
            naive.mix(expected, raw.value()),
            "output of " + text);
      }
    }
  }

  /** A text far longer than any distance that is read: the needle is found by every query. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "chunk-select:chunk=16,chunks=4",
        "block-memory:block=16,blocks=2,sinks=4,window=16,rows=16,score=mean"
      })
  void aNeedleFarBeyondTheDistancesIsRead(String spec) {
    int length = 2_000;
    AttentionCase given = AttentionCase.ofLength(3, length, Direction.CAUSAL);
    PlainRotation rotation = new PlainRotation(8, false, 10_000);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput raw = given.input(root, 0);
      NDArray query = raw.query().onesLike();
      NDArray key = raw.key().mul(0.1);
      key.set(new NDIndex(":, :, 400:416"), 6);
      AttentionInput planted = raw.withArrays(query, key, raw.value(), raw.layout());
      try (Attended attended = parse(spec).attend(rotated(planted, rotation))) {
        float[] weights = attended.weights(length - 40, length).toFloatArray();
        for (int row = 0; row < weights.length / length; row++) {
          double needle = 0;
          for (int s = 400; s < 416; s++) {
            needle += weights[row * length + s];
          }
          assertThat(needle).as("row %s of %s", row, spec).isGreaterThan(0.9);
        }
      }
    }
  }

  /** Heads turn in float32 and come back as they were. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "chunk-select:chunk=4,chunks=3",
        "block-memory:block=4,blocks=99,sinks=3,window=6,rows=5"
      })
  void reducedPrecisionIsClose(String spec) {
    Attention mechanism = parse(spec);
    PlainRotation plain = new PlainRotation(4, false, 100);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionCase given = AttentionCase.of(10);
      Rotation rotation = operator(root, plain);
      AttentionInput exact = rotated(given.input(root, 0), plain);
      AttentionArrays arrays = AttentionArrays.on(root);
      AttentionInput rounded =
          exact
              .withArrays(
                  arrays.cast(root, exact.query(), Precision.BF16),
                  arrays.cast(root, exact.key(), Precision.BF16),
                  arrays.cast(root, exact.value(), Precision.BF16),
                  exact.layout())
              .withRotation(rotation);
      try (Attended attended = mechanism.attend(rounded);
          Attended same = mechanism.attend(exact.withRotation(rotation));
          Attended expected = mechanism.attend(exact)) {
        float[] output = expected.output().toFloatArray();
        assertClose(same.output().toFloatArray(), output, spec);
        NDArray cast = arrays.cast(root, attended.output(), Precision.FP32);
        assertClose(cast.toFloatArray(), output, Tolerances.HALF_ABSOLUTE, spec);
      }
    }
  }

  /** The turns of models, by columns in halves. */
  private static Rotation operator(NDManager root, PlainRotation plain) {
    float[] frequencies = new float[plain.columns() / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.pow(plain.base(), -2.0 * i / plain.columns());
    }
    NDArray uploaded = root.create(frequencies).reshape(1, frequencies.length); // (1, R / 2)
    return (scope, heads, by) -> TurnOperators.on(scope).turned(scope, heads, by, uploaded);
  }

  @Test
  void refusesModelsThatDoNotTurnTheirHeads() {
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionShape causal = AttentionCase.of(2).shape(root);
      AttentionShape absolute =
          new AttentionShape(
              causal.heads(),
              causal.keyValueHeads(),
              causal.headSize(),
              causal.kind(),
              causal.direction(),
              false,
              causal.precision(),
              causal.device());
      for (String spec : List.of("chunk-select:chunk=4", "block-memory:window=2")) {
        Attention mechanism = parse(spec);
        assertThat(mechanism.unsupportedReasons(causal)).isEmpty();
        assertThat(mechanism.countsTokens()).isTrue();
        assertThat(mechanism.unsupportedReasons(absolute))
            .singleElement()
            .asString()
            .contains("rotary")
            .contains("set positions=text");
        assertThat(mechanism.unsupportedReasons(AttentionCase.of(1).shape(root))).hasSize(1);
        assertThat(Attentions.REGISTRY.parse(spec).unsupportedReasons(absolute)).isEmpty();
        AttentionInput untold = AttentionCase.of(10).input(root, 0).withRotation(null);
        assertThatThrownBy(() -> mechanism.attend(untold))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("how heads turn");
      }
    }
  }
}
