package io.sparkattention.kvcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.OneThread;
import io.sparkattention.tensor.CacheSize;
import io.sparkattention.tensor.TorchEngine;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far stored keys and values are from those that were written, against plain rounding. */
@ExtendWith(OneThread.class)
class CacheStorageTest {

  private static final int TOKENS = 6;
  private static final int HEADS = 3;

  @ParameterizedTest
  @ValueSource(ints = {8, 64, 48, 7, 128})
  void int4RoundsEachGroupToSixteenSteps(int columns) {
    float[] keys = numbers(columns, columns, 3);
    float[] read = written("full:storage=int4", keys, columns);
    int width = columns / CacheSize.groups(columns);
    assertThat(width).isLessThanOrEqualTo(32);
    for (int from = 0; from < keys.length; from += width) {
      int first = from;
      float least =
          (float) IntStream.range(0, width).mapToDouble(i -> keys[first + i]).min().orElseThrow();
      float most =
          (float) IntStream.range(0, width).mapToDouble(i -> keys[first + i]).max().orElseThrow();
      float step = (most - least) / 15;
      float slack = Math.abs(least) / 1024 + step / 50; // least and step are fp16
      for (int i = from; i < from + width; i++) {
        float naive = Math.round((keys[i] - least) / step) * step + least;
        assertThat(read[i]).isCloseTo(keys[i], within(step / 2 + slack));
        assertThat(Math.abs(read[i] - naive) % step) // next to a tie either step is right
            .satisfiesAnyOf(
                rest -> assertThat(rest).isLessThan(slack),
                rest -> assertThat(step - rest).isLessThan(slack));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 64, 7})
  void int8RoundsEachHeadToItsLargest(int columns) {
    float[] keys = numbers(columns, columns, 3);
    float[] read = written("full:storage=int8", keys, columns);
    for (int i = 0; i < keys.length; i++) {
      int head = i / columns * columns;
      double largest =
          IntStream.range(0, columns)
              .mapToDouble(c -> Math.abs(keys[head + c]))
              .max()
              .orElseThrow();
      assertThat((double) read[i]).isCloseTo(keys[i], within(largest / 254 + 1e-5));
    }
  }

  @Test
  void equalNumbersAndZerosStayWhatTheyAre() {
    float[] same = new float[TOKENS * HEADS * 16];
    assertThat(written("full:storage=int4", same, 16)).containsOnly(0f);
    Arrays.fill(same, 2.5f);
    assertThat(written("full:storage=int4", same, 16)).containsOnly(2.5f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "full:storage=int8", "full:storage=int4", "h2o:storage=int4"})
  void bytesAreThoseThatAreTold(String spec) {
    KvCachePolicy policy = KvCachePolicies.REGISTRY.parse(spec);
    try (NDManager scope = TorchEngine.newManager(Device.cpu());
        KvCache cache =
            new KvCache(scope, scope.create(0f), new CacheShape(2, HEADS, 64), policy, 5, 11)) {
      assertThat(cache.bytes())
          .isEqualTo(5 * 11 * new CacheShape(2, HEADS, 64).bytesPerToken(policy, 4));
    }
  }

  @Test
  void int4TakesAQuarterOfFp16AndItsScales() {
    KvCachePolicy policy = KvCachePolicies.REGISTRY.parse("full:storage=int4");
    assertThat(new CacheShape(1, 1, 128).bytesPerToken(policy, 2)).isEqualTo(2 * (64 + 16));
  }

  private static float[] numbers(int seed, int columns, float scale) {
    Random random = new Random(seed);
    float[] numbers = new float[TOKENS * HEADS * columns];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian() * scale + 1;
    }
    return numbers;
  }

  /** What a cache gives back for keys (TOKENS, HEADS, columns); its values are their negatives. */
  private static float[] written(String policy, float[] keys, int columns) {
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      KvCache cache =
          new KvCache(
              scope,
              scope.create(0f),
              new CacheShape(2, HEADS, columns),
              KvCachePolicies.REGISTRY.parse(policy),
              2,
              TOKENS);
      NDArray key = scope.create(keys, new Shape(TOKENS, HEADS, columns));
      NDArray places = scope.create(cache.places(new int[] {1}, new int[] {TOKENS}));
      cache.write(1, places, key, key.neg());
      NDArray read = cache.view(scope, 1, TOKENS).get(0).get(1); // (HEADS, TOKENS, columns)
      return read.transpose(1, 0, 2).toFloatArray();
    }
  }
}
