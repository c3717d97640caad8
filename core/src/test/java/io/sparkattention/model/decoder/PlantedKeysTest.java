package io.sparkattention.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.OneThread;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMask;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.Site;
import io.sparkattention.kvcache.CachePass;
import io.sparkattention.kvcache.CacheShape;
import io.sparkattention.kvcache.Evidence;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.tensor.TorchEngine;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that the end of a prompt asks for, at every depth of it. */
@ExtendWith(OneThread.class)
class PlantedKeysTest {

  private static final int TOKENS = 200;
  private static final int HEADS = 4;
  private static final int KEY_HEADS = 2;
  private static final int COLUMNS = 16;
  private static final int[] ROW = {0};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "snap:budget=24,window=8",
        "h2o:budget=24",
        "a2sf:budget=24",
        "tova:budget=24",
        "caote:of=[snap:budget=24,window=8]"
      })
  void stayWhereverTheyStand(String spec) {
    for (int depth = 0; depth < 10; depth++) {
      assertThat(keeps(spec, depth * 18 + 3)).as("%s at depth %d", spec, depth).isTrue();
    }
  }

  @Test
  void chanceDropsMostOfThem() {
    assertThat(IntStream.range(0, 10).filter(i -> keeps("random:budget=24", i * 18 + 3)).count())
        .isLessThan(6);
  }

  /** Whether both heads keep the key at a place that the last eight queries ask for. */
  private static boolean keeps(String spec, int place) {
    KvCachePolicy policy = KvCachePolicies.REGISTRY.parse(spec);
    Random random = new Random(place);
    float[] queries = gaussian(random, HEADS * TOKENS * COLUMNS);
    float[] keys = gaussian(random, KEY_HEADS * TOKENS * COLUMNS);
    float[] values = gaussian(random, KEY_HEADS * TOKENS * COLUMNS);
    for (int h = 0; h < KEY_HEADS; h++) {
      keys[at(h, place)] = 12; // the first column is the needle's
    }
    for (int h = 0; h < HEADS; h++) {
      for (int t = TOKENS - 8; t < TOKENS; t++) {
        queries[at(h, t)] = 8;
      }
    }
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      NDArray key = scope.create(keys, new Shape(1, KEY_HEADS, TOKENS, COLUMNS));
      NDArray value = scope.create(values, new Shape(1, KEY_HEADS, TOKENS, COLUMNS));
      NDArray query = scope.create(queries, new Shape(1, HEADS, TOKENS, COLUMNS));
      KvCache cache = new KvCache(scope, key, new CacheShape(1, KEY_HEADS, COLUMNS), policy, 1, 25);
      CachePass pass = cache.pass(scope, ROW, new int[] {TOKENS});
      pass.writeChosen(0, 0, key, value, mass(policy.evidence(), query, key, value));
      pass.end();
      NDArray kept = cache.view(scope, 0, cache.length(0)).get(0); // (1, Hkv, 24, D)
      assertThat(kept.getShape()).isEqualTo(new Shape(1, KEY_HEADS, 24, COLUMNS));
      float[] best = kept.get(":, :, :, 0").max(new int[] {2}).toFloatArray();
      return best[0] == 12 && best[1] == 12;
    }
  }

  @Test
  void forgettingEndsTheHeadStartOfEarlyKeys() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      Random random = new Random(4);
      NDArray query = scope.zeros(new Shape(1, HEADS, TOKENS, COLUMNS)); // attends evenly
      Shape shape = new Shape(1, KEY_HEADS, TOKENS, COLUMNS);
      NDArray key = scope.create(gaussian(random, KEY_HEADS * TOKENS * COLUMNS), shape);
      double before = 2;
      for (double forgetting : new double[] {1, 0.99, 0.9, 0.5}) {
        float[] mass =
            mass(Evidence.columnMass(forgetting), query, key, key).toFloatArray(); // (1, Hkv, S)
        double spread = mass[0] / mean(mass); // of the first key, whose age is highest
        assertThat(spread).as("forgetting %s", forgetting).isLessThan(before * 4);
        if (forgetting < 1) {
          assertThat(spread).as("forgetting %s", forgetting).isLessThan(before);
        }
        before = spread;
      }
      assertThat(before).isBetween(0.9, 1.2);
    }
  }

  @Test
  void longPromptsAreSummedWithoutTheirRows() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      Random random = new Random(6);
      int tokens = 1500; // more than a block of rows
      Shape shape = new Shape(1, HEADS, tokens, COLUMNS);
      NDArray query = scope.create(gaussian(random, HEADS * tokens * COLUMNS), shape);
      float[] sums = mass(Evidence.columnMass(1), query, query, query).toFloatArray();
      float[] rows = mass(Evidence.columnMass(1 - 1e-9), query, query, query).toFloatArray();
      for (int s = 0; s < sums.length; s++) {
        assertThat(sums[s]).isCloseTo(rows[s], within(2e-2f));
      }
    }
  }

  private static double mean(float[] numbers) {
    return IntStream.range(0, numbers.length).mapToDouble(i -> numbers[i]).average().orElse(0);
  }

  private static NDArray mass(Evidence wanted, NDArray query, NDArray key, NDArray value) {
    int tokens = (int) key.getShape().get(2);
    CacheEvidence evidence = new CacheEvidence(wanted, new int[] {tokens});
    AttentionInput input =
        AttentionInput.padded(
            query,
            key,
            value,
            AttentionMask.self(Direction.CAUSAL, new int[] {tokens}),
            Site.encoder(0),
            key.getManager());
    try (Attended attended = new DenseAttention().attend(input)) {
      if (wanted.isTaken()) {
        evidence.observe(input, attended);
      }
    }
    return evidence.mass();
  }

  private static int at(int head, int token) {
    return (head * TOKENS + token) * COLUMNS;
  }

  private static float[] gaussian(Random random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian() * 0.5f;
    }
    return numbers;
  }
}
