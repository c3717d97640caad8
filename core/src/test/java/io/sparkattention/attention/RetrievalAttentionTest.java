package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.attention.KnnCrossAttention.Index;
import io.sparkattention.tensor.BlockMemoryOperators.Summary;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mechanisms that retrieve keys read those that their papers say, from step to step. */
class RetrievalAttentionTest {

  @ParameterizedTest
  @EnumSource(Summary.class)
  void blockMemoryReadsFirstAndLastKeysAndTheBestBlocks(Summary score) {
    BlockMemoryAttention mechanism =
        new BlockMemoryAttention(4, 2, 5, 9, score, 16, Positions.TEXT);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      for (DecodedText text :
          new DecodedText[] {
            DecodedText.of(1, 63), DecodedText.of(2, 50, 50), DecodedText.of(3, 70, 21, 3)
          }) {
        checkBlocks(mechanism, text, root, null);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Summary.class)
  void summariesFollowTheKeysOfEveryRow(Summary score) {
    BlockMemoryAttention mechanism =
        new BlockMemoryAttention(4, 2, 5, 9, score, 16, Positions.TEXT);
    DecodedText text = DecodedText.of(4, 61, 40, 37);
    try (NDManager root = TorchEngine.newManager(Device.cpu());
        AttentionMemory memory = new AttentionMemory(root)) {
      for (int step = 0; step < 7; step++) {
        checkBlocks(mechanism, text, root, memory);
        text = text.next();
      }
      memory.select(new int[] {2, 0, 0});
      text = text.select(2, 0, 0).next();
      checkBlocks(mechanism, text, root, memory);
      memory.clear(1);
      text = text.next().begin(1, 7, 45);
      checkBlocks(mechanism, text, root, memory);
      for (int step = 0; step < 40; step++) { // more blocks than there was room for
        text = text.next();
        if (step % 7 == 0) {
          checkBlocks(mechanism, text, root, memory);
        }
      }
      memory.select(new int[] {1});
      checkBlocks(mechanism, text.select(1), root, memory);
    }
  }

  private static void checkBlocks(
      BlockMemoryAttention mechanism, DecodedText text, NDManager root, AttentionMemory memory) {
    RetrievedRule.check(
        mechanism,
        text,
        0,
        root,
        memory,
        rule ->
            rule.blocks(
                mechanism.block(),
                mechanism.blocks(),
                mechanism.sinks(),
                mechanism.window(),
                mechanism.score()));
  }

  @ParameterizedTest
  @ValueSource(ints = {23, 40, 5})
  void recycledReadsEverythingOnceInSoManySteps(int other) {
    RecycledAttention mechanism = new RecycledAttention(6, 4);
    DecodedText text = DecodedText.of(5, 40, other);
    try (NDManager root = TorchEngine.newManager(Device.cpu());
        AttentionMemory memory = new AttentionMemory(root)) {
      boolean[][] chosen = null;
      int since = 0;
      for (int step = 0; step < 10; step++) {
        if (step % 4 == 0) {
          boolean[][][] found = new boolean[1][][];
          RetrievedRule.check(
              mechanism,
              text,
              0,
              root,
              memory,
              rule -> {
                found[0] = rule.best(6);
                return (row, s) -> true;
              });
          chosen = found[0];
          since = step;
        } else {
          boolean[][] again = chosen;
          DecodedText now = text;
          int steps = step - since;
          RetrievedRule.check(
              mechanism,
              text,
              0,
              root,
              memory,
              rule ->
                  (row, s) ->
                      s >= now.lengths()[row / now.heads()] - steps
                          || s < again[row].length && again[row][s]);
        }
        text = text.next();
      }
    }
  }

  @Test
  void aRowThatBeginsReadsEverythingWhileOthersRecycle() {
    RecycledAttention mechanism = new RecycledAttention(6, 4);
    DecodedText text = DecodedText.of(6, 40, 23);
    try (NDManager root = TorchEngine.newManager(Device.cpu());
        AttentionMemory memory = new AttentionMemory(root)) {
      boolean[][][] found = new boolean[1][][];
      RetrievedRule.check(
          mechanism,
          text,
          0,
          root,
          memory,
          rule -> {
            found[0] = rule.best(6);
            return (row, s) -> true;
          });
      memory.clear(1);
      DecodedText next = text.next().begin(1, 8, 30);
      RetrievedRule.check(
          mechanism,
          next,
          0,
          root,
          memory,
          rule -> (row, s) -> row >= next.heads() || s >= 40 || found[0][row][s]);
      memory.select(new int[] {1, 0});
      DecodedText turned = next.select(1, 0).next();
      int heads = turned.heads();
      try (NDManager scope = root.newSubManager()) {
        AttentionInput input = turned.input(scope, 0, memory);
        try (Attended attended = mechanism.attend(input)) {
          float[] weights = attended.weights(0, 1).toFloatArray();
          for (int h = 0; h < heads; h++) {
            for (int s = 0; s < turned.keys(); s++) {
              boolean read = s >= 40 && s < 42 || s < 40 && found[0][h][s];
              assertThat(weights[(heads + h) * turned.keys() + s] > 0).isEqualTo(read);
            }
          }
        }
      }
    }
  }

  @Test
  void recycledWithAStrideOfOneOrAllKeysIsDense() {
    for (Direction direction : Direction.values()) {
      AttentionCase given = AttentionCase.ofLength(7, 60, direction);
      try (NDManager root = TorchEngine.newManager(Device.cpu())) {
        AttentionInput input = given.input(root, 0);
        NaiveAttention naive = new NaiveAttention(given, input);
        naive.assertAttends(new RecycledAttention(3, 1), input, naive.denseWeights());
        naive.assertAttends(new RecycledAttention(60, 7), input, naive.denseWeights());
        float[] weights = naive.denseWeights();
        try (Attended attended = new RecycledAttention(3, 7).attend(input)) {
          float[] found = attended.weights(0, 60).toFloatArray();
          for (int row = 0; row < 120; row++) {
            double sum = 0;
            for (int s = 0; s < 60; s++) {
              sum += Math.abs(found[row * 60 + s] - weights[row * 60 + s]);
            }
            boolean first = row % 60 % 7 == 0;
            boolean few = direction == Direction.CAUSAL && row % 60 < 10;
            if (first || !few) {
              assertThat(sum < 1e-4).as("%s, row %d reads all", direction, row).isEqualTo(first);
            }
          }
        }
      }
    }
  }

  @Test
  void laterLayersReadWhatAnEarlierOneChose() {
    PositionPersistentAttention mechanism = new PositionPersistentAttention(7, 1, 4, 8);
    DecodedText text = DecodedText.of(8, 40, 23);
    try (NDManager root = TorchEngine.newManager(Device.cpu());
        AttentionMemory memory = new AttentionMemory(root)) {
      for (int step = 0; step < 3; step++) {
        boolean[][] chosen = null;
        for (int layer = 0; layer < 6; layer++) {
          if (layer < 2 || layer == 4) {
            boolean[][][] found = new boolean[1][][];
            RetrievedRule.check(
                mechanism,
                text,
                layer,
                root,
                memory,
                rule -> {
                  found[0] = rule.best(7);
                  return (row, s) -> true;
                });
            chosen = found[0];
          } else {
            boolean[][] again = chosen;
            RetrievedRule.check(
                mechanism, text, layer, root, memory, rule -> (row, s) -> again[row][s]);
          }
        }
        if (step == 1) {
          memory.select(new int[] {1, 0});
          text = text.select(1, 0);
        }
        text = text.next();
      }
      RetrievedRule.check( // without a memory a layer chooses for itself
          mechanism,
          text,
          3,
          root,
          null,
          rule -> {
            boolean[][] own = rule.best(7);
            return (row, s) -> own[row][s];
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void theIndexOfHiddenStatesFindsTheKeysOfTheHighestScores(int queries) {
    int heads = 4;
    int columns = 8;
    int width = 24;
    int[] keyLengths = {30, 19};
    AttentionMask mask =
        new AttentionMask(
            Direction.BIDIRECTIONAL, new int[2], new int[] {queries, queries}, keyLengths);
    KnnCrossAttention mechanism = new KnnCrossAttention(5, 1, Index.DEVICE, 1);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      Random random = new Random(9);
      NDArray hidden = random(root, random, 2, 30, width);
      KeySource source =
          new KeySource(
              hidden,
              random(root, random, heads, columns, width),
              random(root, random, heads, columns),
              random(root, random, heads, columns, width),
              random(root, random, heads, columns));
      NDArray key = projected(hidden, source.keyWeight(), source.keyBias());
      NDArray value = projected(hidden, source.valueWeight(), source.valueBias());
      NDArray query = random(root, random, 2, heads, queries, columns);
      Site site = new Site(0, Site.Kind.CROSS, Site.Phase.DECODE);
      AttentionInput plain = AttentionInput.padded(query, key, value, mask, site, root);
      try (Attended byKeys = mechanism.attend(plain);
          Attended byHidden = mechanism.attend(plain.withSource(source));
          Attended dense =
              new KnnCrossAttention(30, 1, Index.DEVICE, 1).attend(plain.withSource(source))) {
        assertClose(
            byHidden.output().toFloatArray(),
            byKeys.output().toFloatArray(),
            "found by hidden states");
        float[] all = dense.weights(0, queries).toFloatArray();
        float[] some = byHidden.weights(0, queries).toFloatArray();
        for (int row = 0; row < all.length / 30; row++) {
          double least = Double.POSITIVE_INFINITY;
          int read = 0;
          for (int s = 0; s < 30; s++) {
            if (some[row * 30 + s] > 0) {
              least = Math.min(least, all[row * 30 + s]);
              read++;
            }
          }
          assertThat(read).isEqualTo(5);
          for (int s = 0; s < 30; s++) {
            if (some[row * 30 + s] == 0) {
              assertThat((double) all[row * 30 + s]).isLessThanOrEqualTo(least);
            }
          }
        }
      }
    }
  }

  @Test
  void whatTheyCannotServeIsRefusedWithAReason() {
    AttentionShape biased =
        new AttentionShape(
            4, 4, 8, Site.Kind.SELF, Direction.CAUSAL, true, Precision.FP32, Device.cpu());
    for (String name :
        new String[] {"block-memory", "recycled", "position-persistent", "low-rank-keys"}) {
      assertThat(Attentions.REGISTRY.parse(name).unsupportedReasons(biased))
          .singleElement()
          .asString()
          .contains(name, "position bias");
    }
    assertThat(Attentions.REGISTRY.parse("knn-cross").unsupportedReasons(biased))
        .hasSize(2)
        .last()
        .asString()
        .contains("per-site:cross=knn-cross");
  }

  private static NDArray projected(NDArray hidden, NDArray weight, NDArray bias) {
    long heads = weight.getShape().get(0);
    long columns = weight.getShape().get(1);
    NDArray flat = weight.reshape(heads * columns, weight.getShape().get(2)); // (H · D, M)
    return hidden
        .matMul(flat.transpose())
        .reshape(hidden.getShape().get(0), hidden.getShape().get(1), heads, columns)
        .add(bias)
        .transpose(0, 2, 1, 3); // (B, H, S, D)
  }

  private static NDArray random(NDManager scope, Random random, long... shape) {
    float[] numbers = new float[(int) new Shape(shape).size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return scope.create(numbers, new Shape(shape));
  }
}
