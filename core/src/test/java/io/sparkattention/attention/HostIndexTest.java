package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.attention.KnnCrossAttention.Index;
import io.sparkattention.tensor.NativeArrays;
import io.sparkattention.tensor.TorchEngine;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code knn-cross:index=host} finds, beside a scan of everything. */
class HostIndexTest {

  private static final int HEADS = 4;
  private static final int KEY_HEADS = 2;
  private static final int COLUMNS = 8;
  private static final int WIDTH = 24;
  private static final int CENTRES = 50;

  /** Texts whose hidden states lie around some centres, and a call that reads them. */
  private record Texts(long seed, int[] numbers, int[] lengths, int[] asking) {

    /** Texts of which each is asked as many queries. */
    Texts(long seed, int[] numbers, int[] lengths, int queries) {
      this(seed, numbers, lengths, IntStream.range(0, lengths.length).map(b -> queries).toArray());
    }

    int queries() {
      return Arrays.stream(asking).max().orElseThrow();
    }

    int keys() {
      return Arrays.stream(lengths).max().orElseThrow();
    }

    Texts of(int... rows) {
      return new Texts(
          seed,
          Arrays.stream(rows).map(row -> numbers[row]).toArray(),
          Arrays.stream(rows).map(row -> lengths[row]).toArray(),
          Arrays.stream(rows).map(row -> asking[row]).toArray());
    }

    AttentionInput input(NDManager scope, int layer, boolean told) {
      Random random = new Random(seed + layer);
      NDArray keyWeight = random(scope, random, 1, KEY_HEADS, COLUMNS, WIDTH);
      NDArray valueWeight = random(scope, random, 1, KEY_HEADS, COLUMNS, WIDTH);
      float[] all = new float[lengths.length * keys() * WIDTH];
      Arrays.fill(all, 1e4f);
      for (int b = 0; b < lengths.length; b++) {
        float[] own = states(numbers[b], lengths[b]);
        System.arraycopy(own, 0, all, b * keys() * WIDTH, own.length);
      }
      NDArray hidden = scope.create(all, new Shape(lengths.length, keys(), WIDTH));
      NDArray query = random(scope, random, 1, lengths.length, HEADS, queries(), COLUMNS);
      AttentionMask mask =
          new AttentionMask(Direction.BIDIRECTIONAL, new int[lengths.length], asking, lengths);
      Site site = new Site(layer, Site.Kind.CROSS, Site.Phase.DECODE);
      AttentionInput plain =
          AttentionInput.padded(
              query,
              projected(hidden, keyWeight),
              projected(hidden, valueWeight),
              mask,
              site,
              scope);
      return told
          ? plain.withSource(new KeySource(hidden, keyWeight, null, valueWeight, null))
          : plain;
    }

    private float[] states(int number, int length) {
      Random random = new Random(seed + 1000 + number);
      float[] centres = new float[CENTRES * WIDTH];
      for (int i = 0; i < centres.length; i++) {
        centres[i] = (float) random.nextGaussian() * 0.6f;
      }
      float[] states = new float[length * WIDTH];
      for (int s = 0; s < length; s++) {
        int centre = random.nextInt(CENTRES);
        for (int c = 0; c < WIDTH; c++) {
          states[s * WIDTH + c] =
              centres[centre * WIDTH + c] + 0.1f * (float) random.nextGaussian();
        }
      }
      return states;
    }

    private static NDArray projected(NDArray hidden, NDArray weight) {
      NDArray flat = weight.reshape(KEY_HEADS * COLUMNS, WIDTH); // (Hkv · D, M)
      return hidden
          .matMul(flat.transpose())
          .reshape(hidden.getShape().get(0), hidden.getShape().get(1), KEY_HEADS, COLUMNS)
          .transpose(0, 2, 1, 3); // (B, Hkv, S, D)
    }

    private static NDArray random(NDManager scope, Random random, double size, long... shape) {
      float[] numbers = new float[(int) new Shape(shape).size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) (size * random.nextGaussian());
      }
      return scope.create(numbers, new Shape(shape));
    }
  }

  private static KnnCrossAttention host(int k, int rows, int probes) {
    return new KnnCrossAttention(k, rows, Index.HOST, probes);
  }

  @ParameterizedTest
  @CsvSource({"true, 1, 1", "false, 1, 1", "true, 5, 2", "false, 5, 2", "true, 3, 16"})
  void allClustersFindWhatAScanFinds(boolean told, int queries, int rows) {
    for (long seed = 0; seed < 5; seed++) {
      int[] lengths = {70, 33, 4, 0, 50};
      int[] asking = {queries, Math.max(1, queries - 2), queries, queries, 1};
      Texts texts = new Texts(seed, new int[] {0, 1, 2, 3, 4}, lengths, asking);
      try (NDManager root = TorchEngine.newManager(Device.cpu())) {
        AttentionInput in = texts.input(root, 0, told);
        try (Attended scanned = new KnnCrossAttention(6, rows, Index.DEVICE, 1).attend(in);
            Attended found = host(6, rows, 100).attend(in)) {
          String what = "seed " + seed;
          assertClose(
              found.weights(0, queries).toFloatArray(),
              scanned.weights(0, queries).toFloatArray(),
              what);
          assertClose(found.output().toFloatArray(), scanned.output().toFloatArray(), what);
        }
      }
    }
  }

  /** Eight clusters of fifty hold what is looked for: about a sixth of the keys. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void moreClustersFindMoreOfTheBestKeys(boolean told) {
    int[] probes = {1, 2, 4, 8, 50};
    double[] recall = new double[probes.length];
    int k = 20;
    int seeds = 4;
    for (long seed = 0; seed < seeds; seed++) {
      Texts texts = new Texts(40 + seed, new int[] {0}, new int[] {2_500}, 1);
      try (NDManager root = TorchEngine.newManager(Device.cpu())) {
        AttentionInput in = texts.input(root, 0, told);
        boolean[] best = read(new KnnCrossAttention(k, 1, Index.DEVICE, 1), in);
        for (int i = 0; i < probes.length; i++) {
          boolean[] found = read(host(k, 1, probes[i]), in);
          long both = IntStream.range(0, best.length).filter(s -> best[s] && found[s]).count();
          recall[i] += both / (double) (KEY_HEADS * k * seeds);
        }
      }
    }
    assertThat(recall).isSorted();
    assertThat(recall[0]).isLessThan(recall[3]);
    assertThat(recall[3])
        .as("recall of %s in 8 clusters of 50", Arrays.toString(recall))
        .isGreaterThanOrEqualTo(0.9);
    assertThat(recall[4]).isEqualTo(1);
  }

  /** Which keys are read, by key head: [Hkv · S]. */
  private static boolean[] read(KnnCrossAttention mechanism, AttentionInput in) {
    int keys = (int) in.key().getShape().get(2);
    boolean[] read = new boolean[KEY_HEADS * keys];
    try (Attended attended = mechanism.attend(in)) {
      float[] weights = attended.weights(0, 1).toFloatArray();
      for (int i = 0; i < weights.length; i++) {
        read[i / keys / (HEADS / KEY_HEADS) * keys + i % keys] |= weights[i] > 0;
      }
    }
    return read;
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aTextIsIndexedOnceHoweverManyStepsAndRowsReadIt(boolean told) {
    KnnCrossAttention mechanism = host(6, 4, 3);
    int layers = 2;
    int indexes = told ? 1 : layers; // one of hidden states serves all layers
    Texts texts = new Texts(7, new int[] {0, 1, 2}, new int[] {70, 33, 90}, 2);
    try (NDManager root = TorchEngine.newManager(Device.cpu());
        AttentionMemory memory = new AttentionMemory(root)) {
      for (int step = 0; step < 4; step++) {
        checkAgainstFresh(mechanism, texts, layers, told, memory);
        assertThat(made(mechanism, layers, told, memory)).isEqualTo(3 * indexes);
      }
      memory.select(new int[] {2, 0, 0});
      texts = texts.of(2, 0, 0);
      checkAgainstFresh(mechanism, texts, layers, told, memory);
      assertThat(made(mechanism, layers, told, memory)).isEqualTo(3 * indexes);
      memory.clear(1);
      texts = new Texts(7, new int[] {2, 1, 0}, new int[] {90, 70, 70}, 2); // of the same length
      checkAgainstFresh(mechanism, texts, layers, told, memory);
      assertThat(made(mechanism, layers, told, memory)).isEqualTo(4 * indexes);
      texts = new Texts(7, new int[] {2, 1, 0, 3}, new int[] {90, 70, 70, 11}, 2);
      checkAgainstFresh(mechanism, texts, layers, told, memory);
      assertThat(made(mechanism, layers, told, memory)).isEqualTo(5 * indexes);
      memory.select(new int[] {3});
      checkAgainstFresh(mechanism, texts.of(3), layers, told, memory);
      assertThat(made(mechanism, layers, told, memory)).isEqualTo(5 * indexes);
    }
  }

  private static void checkAgainstFresh(
      KnnCrossAttention mechanism, Texts texts, int layers, boolean told, AttentionMemory memory) {
    for (int layer = 0; layer < layers; layer++) {
      try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
        AttentionInput in = texts.input(scope, layer, told);
        try (Attended remembered = mechanism.attend(in.withMemory(memory));
            Attended fresh = mechanism.attend(in)) {
          assertClose(
              remembered.weights(0, 2).toFloatArray(),
              fresh.weights(0, 2).toFloatArray(),
              "layer " + layer + " of " + texts);
        }
      }
    }
  }

  private static int made(
      KnnCrossAttention mechanism, int layers, boolean told, AttentionMemory memory) {
    return IntStream.range(0, told ? 1 : layers)
        .mapToObj(layer -> new Site(layer, Site.Kind.CROSS, Site.Phase.DECODE))
        .mapToInt(site -> memory.of(mechanism, site, HostIndex.class, HostIndex::new).made())
        .sum();
  }

  /** What a step leaves on the device are numbers of keys: as many for a text twice as long. */
  @Test
  void whatIsChosenDoesNotGrowWithTheText() {
    long[] largest = new long[2];
    for (int i = 0; i < 2; i++) {
      Texts texts = new Texts(8, new int[] {0}, new int[] {1_000 * (i + 1)}, 1);
      try (NDManager root = TorchEngine.newManager(Device.cpu());
          NDManager results = TorchEngine.newManager(Device.cpu());
          AttentionMemory memory = new AttentionMemory(root)) {
        AttentionInput in = texts.input(root, 0, true).withMemory(memory).in(results);
        try (Attended attended = host(20, 1, 4).attend(in)) {
          assertThat(attended.output().getShape()).isEqualTo(new Shape(1, HEADS, 1, COLUMNS));
          largest[i] = NativeArrays.largest(results);
        }
      }
    }
    assertThat(largest[1]).isPositive().isEqualTo(largest[0]);
  }
}
