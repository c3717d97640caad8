package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.sparkattention.tensor.TorchEngine;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mechanisms that choose keys by their content: dense where they may choose everything, and better
 * than a window of as many keys where attention is spread over a text.
 */
class ContentSelectionTest {

  private static final int LENGTH = 4_096;
  private static final int KEYS = 512;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hip:block=8,k=512,rows=32,pool=4",
        "hip:block=8,k=512,rows=32,pool=4,score=first",
        "hierarchical-chunks:chunk=8,budget=512,rows=32,pool=4",
        "ltri:window=8,least=3,budget=512,rows=32,pool=4",
        "flex-prefill:gamma=1,tau=0,block=8,rows=32,probe=8",
        "flex-prefill:gamma=1,tau=9,block=8,rows=32,probe=8",
        "anchor-stripe:theta=1000,rows=32,pool=8,sinks=4,window=8",
        "lsh:keys=512,rows=32,samples=20",
        "lsh:keys=512,rows=32,samples=0,bits=3",
        "routing:clusters=1,keys=512,rows=32",
        "routing:clusters=9,keys=512,rows=16",
      })
  void isDenseWhereAllMayBeChosen(String spec) {
    Attention mechanism = Attentions.REGISTRY.parse(spec);
    for (long seed : new long[] {0, 1, 2, 3, 4, 5, 10, 12}) {
      AttentionCase given = AttentionCase.of(seed, 300);
      try (NDManager root = TorchEngine.newManager(Device.cpu())) {
        AttentionInput input = given.input(root, 0);
        NaiveAttention naive = new NaiveAttention(given, input);
        naive.assertAttends(mechanism, input, naive.denseWeights());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "block-top-k:block=16,budget=512,rows=64,pool=4,sinks=4,near=0",
        "hip:block=16,k=512,rows=64,pool=4,sinks=4,near=0",
      })
  void findsNeedlesThatAWindowOfAsManyKeysDoesNot(String spec) {
    for (Direction direction : Direction.values()) {
      compare(spec, direction, 0.8);
    }
  }

  /** Means are better than a window, but lose single keys among others. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "hip:block=16,k=512,rows=64,pool=4,sinks=4,near=0,score=mean",
        "hierarchical-chunks:chunk=4,budget=512,rows=64,pool=2,sinks=4,near=0",
        "ltri:window=32,least=4,budget=512,rows=64,pool=2,sinks=4,near=0",
        "anchor-stripe:theta=100,rows=64,sinks=4,window=0,most=512",
      })
  void isBetterOnTheWholeThanAWindowOfAsManyKeys(String spec) {
    compare(spec, Direction.CAUSAL, 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flex-prefill:tau=0,block=16,rows=64,least=0,sinks=4,near=0,gamma=",
        "flex-prefill:tau=9,block=16,rows=64,least=0,sinks=4,near=0,gamma=",
        "anchor-stripe:rows=64,sinks=4,window=0,theta=",
      })
  void everyQueryRecallsMoreAsTheThresholdRises(String spec) {
    boolean share = spec.startsWith("flex");
    double[] thresholds = share ? new double[] {0.5, 0.8, 0.95} : new double[] {0, 4, 8};
    StructuredText text = new StructuredText(5, 2, 1, LENGTH / 2, 64);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = text.input(root, Direction.CAUSAL);
      float[] less = new float[2 * LENGTH / 2];
      for (double threshold : thresholds) {
        float[] recall = text.recall(Attentions.REGISTRY.parse(spec + threshold), input);
        for (int row = 0; row < recall.length; row++) {
          assertThat(recall[row])
              .as("%s%s, row %s", spec, threshold, row)
              .isBetween(less[row] - 1e-3f, 1.001f);
        }
        assertThat(StructuredText.mean(recall)).isGreaterThan(StructuredText.mean(less) + 0.01);
        less = recall;
      }
      assertThat(StructuredText.mean(less)).isGreaterThan(0.7);
    }
  }

  /** Sorting by codes finds less than scores do, but more than chance. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "lsh:rows=64,keys=508,samples=0,sinks=4",
        "routing:rows=64,keys=508,sinks=4",
      })
  void isBetterThanAsManyRandomKeys(String spec) {
    StructuredText text = new StructuredText(3, 2, 1, LENGTH / 2, 64);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = text.input(root, Direction.BIDIRECTIONAL);
      float[] chance = text.recall(new RandomKeysAttention(KEYS, 1), input);
      float[] recall = text.recall(Attentions.REGISTRY.parse(spec), input);
      assertThat(StructuredText.mean(recall))
          .as("%s: mean recall", spec)
          .isGreaterThan(StructuredText.mean(chance) + 0.1);
    }
  }

  /** HyperAttention's samples: what they leave out shrinks as they grow. */
  @Test
  void moreRandomKeysLeaveLessOut() {
    AttentionMask mask = AttentionMask.self(Direction.BIDIRECTIONAL, new int[] {LENGTH / 4});
    AttentionCase given =
        new AttentionCase(5, 4, 4, 8, LENGTH / 4, LENGTH / 4, mask, Site.Kind.SELF, false);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      float[] exact = outputs(new DenseAttention(), input);
      double before = Double.MAX_VALUE;
      for (int samples : new int[] {32, 128, 512}) {
        double error = 0;
        for (int seed = 0; seed < 5; seed++) {
          Attention mechanism = new LshAttention(64, 64, samples, 4, 0, seed);
          error += distance(outputs(mechanism, input), exact) / 5;
        }
        assertThat(error).as("error with %s random keys", samples).isLessThan(0.75 * before);
        before = error;
      }
    }
  }

  private static float[] outputs(Attention mechanism, AttentionInput input) {
    try (Attended attended = mechanism.attend(input)) {
      return attended.output().toFloatArray();
    }
  }

  private static double distance(float[] some, float[] others) {
    double sum = 0;
    for (int i = 0; i < some.length; i++) {
      sum += Math.pow(some[i] - others[i], 2);
    }
    return Math.sqrt(sum / some.length);
  }

  /** Many heads and long texts are looked at in pieces, which choose as one head alone does. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "block-top-k:block=4,budget=32,rows=16,pool=1,sinks=4,near=4",
        "hip:block=4,k=32,rows=16,pool=1,sinks=4,near=4",
        "hierarchical-chunks:chunk=4,budget=32,rows=16,pool=1,sinks=4,near=4",
        "ltri:window=16,least=3,budget=32,rows=16,pool=1,sinks=4,near=4",
        "flex-prefill:block=4,rows=16,probe=64",
        "anchor-stripe:rows=16,pool=1,sinks=4,window=4,most=32",
      })
  void piecesChooseAsOneHeadAlone(String spec) {
    int length = 2_200;
    int heads = 18;
    Attention mechanism = Attentions.REGISTRY.parse(spec);
    AttentionMask mask = AttentionMask.self(Direction.CAUSAL, new int[] {length});
    AttentionCase given =
        new AttentionCase(7, heads, heads, 4, length, length, mask, Site.Kind.SELF, false);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput all = given.input(root, 0);
      try (Attended together = mechanism.attend(all)) {
        float[] rows = together.output().toFloatArray(); // (1, H, T, D)
        for (int head : new int[] {0, heads - 1}) {
          NDIndex one = new NDIndex(":, {}:{}", head, head + 1);
          AttentionInput alone =
              all.withArrays(
                  all.query().get(one), all.key().get(one), all.value().get(one), all.layout());
          try (Attended attended = mechanism.attend(alone)) {
            int size = length * 4;
            assertClose(
                Arrays.copyOfRange(rows, head * size, (head + 1) * size),
                attended.output().toFloatArray(),
                spec + ", head " + head);
          }
        }
      }
    }
  }

  private static void compare(String spec, Direction direction, double needle) {
    StructuredText text = new StructuredText(3, 4, 2, LENGTH, 64);
    SinkWindowAttention window = new SinkWindowAttention(4, KEYS + 64);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = text.input(root, direction);
      float[] recall = text.recall(Attentions.REGISTRY.parse(spec), input);
      assertThat(text.worstNeedle(recall))
          .as("%s: recall of the worst needle", spec)
          .isGreaterThanOrEqualTo(needle);
      assertThat(StructuredText.mean(recall))
          .as("%s: mean recall", spec)
          .isGreaterThan(StructuredText.mean(text.recall(window, input)) + 0.05);
    }
  }
}
