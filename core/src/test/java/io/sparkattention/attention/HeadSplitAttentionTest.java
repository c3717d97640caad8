package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Heads that retrieve read everything, the others a window, and what that leaves out as its mean.
 */
class HeadSplitAttentionTest {

  private static final int SINKS = 2;
  private static final int WINDOW = 9;

  private static HeadSplitAttention split(String profile, double share, boolean compensation) {
    return new HeadSplitAttention(profile, share, SINKS, WINDOW, compensation, 0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 4, 6, 7})
  void allHeadsRetrievingIsDenseAndNoneIsAWindow(long seed) {
    AttentionCase given = AttentionCase.of(seed, 80);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      same(split("none", 1, true), new DenseAttention(), input);
      same(split("none", 0, false), new SinkWindowAttention(SINKS, WINDOW), input);
    }
  }

  private static void same(Attention mechanism, Attention other, AttentionInput input) {
    try (Attended attended = mechanism.attend(input);
        Attended expected = other.attend(input)) {
      assertThat(attended.output().toFloatArray()).isEqualTo(expected.output().toFloatArray());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 4, 6, 7})
  void headsOfAGroupGoTogether(long seed, @TempDir Path directory) throws IOException {
    AttentionCase given = AttentionCase.of(seed, 80);
    int group = given.heads() / given.keyValueHeads();
    String scores = given.keyValueHeads() == 1 ? "[[0],[9]]" : "[[1,3],[4,2]]";
    String profile = write(directory, "{\"model\":\"a model\",\"scores\":" + scores + "}");
    IntPredicate retrieves = head -> given.keyValueHeads() == 2 && head / group == 1;
    boolean causal = given.mask().direction() == Direction.CAUSAL;
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      NaiveAttention naive = new NaiveAttention(given, input);
      float[] expected =
          naive.weights(
              (row, s) ->
                  naive.allows(row, s)
                      && (retrieves.test(row / given.queries() % given.heads())
                          || keeps(causal, naive.keyPosition(row), s)));
      naive.assertAttends(split(profile, 0.5, false), input, expected);
    }
    String spec = "head-split:profile=[%s],share=0.5,sinks=2,window=9".formatted(profile);
    Attention parsed = Attentions.REGISTRY.parse(spec);
    assertThat(Attentions.REGISTRY.parse(Attentions.REGISTRY.format(parsed))).isEqualTo(parsed);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionContract.check(parsed, given, root);
    }
  }

  private static boolean keeps(boolean causal, int p, int s) {
    return s < SINKS || (causal ? p - s < WINDOW : Math.abs(p - s) <= WINDOW / 2);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 9, 10, 12})
  void theCompensationTokenIsTheMeanOfWhatIsLeftOut(long seed) {
    AttentionCase given = AttentionCase.of(seed, 60);
    boolean causal = given.mask().direction() == Direction.CAUSAL;
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 100);
      NaiveAttention naive = new NaiveAttention(given, input);
      int rows = given.batch() * given.heads() * given.queries();
      float[] expected = new float[rows * given.keys()];
      float[] sums = new float[rows];
      for (int row = 0; row < rows; row++) {
        double[] exponentials = new double[given.keys()];
        double score = 0;
        int count = 0;
        for (int s = 0; s < given.keys(); s++) {
          boolean kept = keeps(causal, naive.keyPosition(row), s);
          if (naive.allows(row, s) && kept) {
            exponentials[s] = Math.exp(naive.score(row, s));
          } else if (naive.allows(row, s)) {
            score += naive.score(row, s); // the mean of scores is the score of the mean
            count++;
          }
        }
        for (int s = 0; s < given.keys() && count > 0; s++) {
          if (naive.allows(row, s) && !keeps(causal, naive.keyPosition(row), s)) {
            exponentials[s] = Math.exp(score / count);
          }
        }
        double sum = Arrays.stream(exponentials).sum();
        sums[row] = (float) Math.log(sum);
        for (int s = 0; s < given.keys(); s++) {
          expected[row * given.keys() + s] = (float) (sum == 0 ? 0 : exponentials[s] / sum);
        }
      }
      HeadSplitAttention mechanism = split("none", 0, true);
      naive.assertAttends(mechanism, input, expected);
      AttentionContract.check(mechanism, given, root);
      NDArray values = given.values(root, 3);
      NDArray columns = root.arange((float) given.keys()).reshape(given.keys(), 1);
      try (Attended attended = mechanism.attend(input);
          AttentionMoments moments = attended.moments(columns)) {
        assertClose(attended.logSumExp().toFloatArray(), sums, "logSumExp");
        assertClose(
            attended.mix(values).toFloatArray(), naive.mix(expected, values), "other values");
        assertClose(moments.entropy().toFloatArray(), naive.entropy(expected), "entropy");
        assertClose(moments.received().toFloatArray(), naive.received(expected), "received");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  void isExactWhereWhatIsLeftOutIsConstant(Direction direction) {
    int keys = 70;
    int queries = 3;
    AttentionMask mask =
        new AttentionMask(
            direction, new int[] {keys - queries}, new int[] {queries}, new int[] {keys});
    AttentionCase given = new AttentionCase(5, 4, 2, 8, queries, keys, mask, Site.Kind.SELF, false);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput random = given.input(root, 0);
      AttentionInput input =
          random.withArrays(
              random.query(),
              constantBetween(root, random.key(), SINKS, keys - 2),
              constantBetween(root, random.value(), SINKS, keys - 2),
              random.layout());
      HeadSplitAttention razor = new HeadSplitAttention("none", 0, SINKS, 3, true, 0);
      HeadSplitAttention duo = new HeadSplitAttention("none", 0, SINKS, 3, false, 0);
      try (Attended dense = new DenseAttention().attend(input);
          Attended compensated = razor.attend(input);
          Attended without = duo.attend(input)) {
        assertClose(lastRow(compensated), lastRow(dense), "output");
        assertThat(error(lastRow(without), lastRow(dense)))
            .isGreaterThan(10 * error(lastRow(compensated), lastRow(dense)));
      }
    }
  }

  @Test
  void theErrorFallsWithTheShareAndAProfileBeatsTheDraw(@TempDir Path directory)
      throws IOException {
    int heads = 8;
    int tokens = 200;
    AttentionMask mask = AttentionMask.self(Direction.CAUSAL, new int[] {tokens});
    AttentionCase given =
        new AttentionCase(9, heads, heads, 8, tokens, tokens, mask, Site.Kind.SELF, false);
    // heads 3 and 6 look for a token far back, the others at what is near
    String profile = write(directory, "{\"scores\":[[0.1,0.2,0,0.9,0.1,0.2,0.8,0.1]]}");
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput random = given.input(root, 0);
      NDArray query = random.query().mul(0.2f);
      NDArray key = random.key().mul(0.2f);
      for (int head : new int[] {3, 6}) {
        query.set(new NDIndex(":, {}", head), 2);
        key.set(new NDIndex(":, {}, 40", head), 2);
      }
      AttentionInput input = random.withArrays(query, key, random.value(), random.layout());
      double best = error(split(profile, 0.25, false), input);
      for (int seed = 0; seed < 5; seed++) {
        HeadSplitAttention drawn = new HeadSplitAttention("none", 0.25, SINKS, WINDOW, false, seed);
        assertThat(best).isLessThan(error(drawn, input));
      }
      double before = Double.MAX_VALUE;
      for (double share = 0; share <= 1; share += 0.125) {
        double next = error(split(profile, share, false), input);
        assertThat(next).as("share %s", share).isLessThan(before);
        assertThat(error(split(profile, share, true), input)).isLessThanOrEqualTo(next);
        before = next;
      }
      assertThat(before).isZero();
    }
  }

  private static double error(Attention mechanism, AttentionInput input) {
    try (Attended attended = mechanism.attend(input);
        Attended dense = new DenseAttention().attend(input)) {
      return error(attended.output().toFloatArray(), dense.output().toFloatArray());
    }
  }

  private static float[] lastRow(Attended attended) {
    return attended.output().get(":, :, -1").toFloatArray();
  }

  private static double error(float[] actual, float[] exact) {
    double sum = 0;
    for (int i = 0; i < exact.length; i++) {
      sum += Math.pow(actual[i] - exact[i], 2);
    }
    return Math.sqrt(sum);
  }

  private static NDArray constantBetween(NDManager scope, NDArray x, int from, int to) {
    NDArray constant = x.duplicate();
    Shape shape = x.getShape();
    for (int s = from; s < to; s++) {
      constant.set(
          new NDIndex(":, :, {}", s), scope.arange((float) shape.get(3)).div(shape.get(3)));
    }
    return constant;
  }

  @Test
  void drawsTheSameHeadsInEveryRunAndOthersInOtherLayers() {
    HeadSplitAttention mechanism = new HeadSplitAttention("none", 0.25, 4, 8, false, 7);
    long[] heads = mechanism.retrievalHeads(3, 16);
    assertThat(heads).hasSize(4).doesNotHaveDuplicates().isSorted();
    assertThat(mechanism.retrievalHeads(3, 16)).isEqualTo(heads);
    assertThat(mechanism.retrievalHeads(4, 16)).isNotEqualTo(heads);
  }

  @Test
  void refusesProfilesOfOtherModels(@TempDir Path directory) throws IOException {
    String profile = write(directory, "{\"scores\":[[0.5,0.1],[0.2]]}");
    AttentionShape shape =
        new AttentionShape(
            4, 2, 8, Site.Kind.CROSS, Direction.BIDIRECTIONAL, true, Precision.FP32, Device.cpu());
    assertThat(split(profile, 0.5, true).unsupportedReasons(shape))
        .hasSize(3)
        .anySatisfy(reason -> assertThat(reason).contains("cross attention"))
        .anySatisfy(reason -> assertThat(reason).contains("compensation=false"))
        .anySatisfy(reason -> assertThat(reason).contains("layer 1", "1 scores", "2 key"));
    assertThatThrownBy(() -> Attentions.REGISTRY.parse("head-split:profile=nowhere,share=2"))
        .hasMessageContaining("profile=nowhere is no file here")
        .hasMessageContaining("share=2.0 must be from 0 to 1");
    String empty = write(directory, "{\"scores\":[[\"a\"]]}");
    assertThatThrownBy(() -> split(empty, 0.5, false)).hasMessageContaining("holds no scores");
    String broken = write(directory, "{");
    assertThatThrownBy(() -> split(broken, 0.5, false)).hasMessageContaining("is not JSON");
  }

  @Test
  void layersWithoutScoresReadEverything(@TempDir Path directory) throws IOException {
    HeadSplitAttention mechanism =
        split(write(directory, "{\"scores\":[[0.1,0.9,0.9],[0.5,0.95,0]]}"), 0.5, false);
    assertThat(mechanism.retrievalHeads(0, 3)).containsExactly(1, 2);
    assertThat(mechanism.retrievalHeads(1, 3)).containsExactly(1);
    assertThat(mechanism.retrievalHeads(2, 3)).containsExactly(0, 1, 2);
  }

  private static String write(Path directory, String json) throws IOException {
    Path file = Files.createTempFile(directory, "heads", ".json");
    return Files.writeString(file, json).toString();
  }
}
