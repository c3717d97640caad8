package io.sparkattention.kvcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.TorchEngine;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KvCacheTest {

  private static final CacheShape SHAPE = new CacheShape(2, 2, 4);

  private final NDManager scope = TorchEngine.newManager(Device.cpu());

  @AfterEach
  void close() {
    scope.close();
  }

  /** A cache whose rows hold 3 tokens; the keys of row r are r + 1, its values are its negative. */
  private KvCache filled(String policy, int rows) {
    KvCache cache =
        new KvCache(
            scope, scope.create(0f), SHAPE, KvCachePolicies.REGISTRY.parse(policy), rows, 5);
    int[] all = IntStream.range(0, rows).toArray();
    int[] counts = new int[rows];
    Arrays.fill(counts, 3);
    NDArray places = scope.create(cache.places(all, counts));
    float[] numbers = new float[rows * 3 * 8];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i / 24 + 1f;
    }
    NDArray key = scope.create(numbers, new Shape(rows * 3L, 2, 4));
    for (int layer = 0; layer < 2; layer++) {
      cache.write(layer, places, key, key.neg());
    }
    cache.advance(all, counts);
    return cache;
  }

  private void assertRows(KvCache cache, float... expected) {
    for (int layer = 0; layer < 2; layer++) {
      NDArray key = cache.view(scope, layer, 3).get(0); // (rows, Hkv, 3, D)
      NDArray value = cache.view(scope, layer, 3).get(1); // (rows, Hkv, 3, D)
      assertThat(key.getShape()).isEqualTo(new Shape(expected.length, 2, 3, 4));
      for (int row = 0; row < expected.length; row++) {
        assertThat(key.get(row).max().getFloat()).isEqualTo(expected[row]);
        assertThat(key.get(row).min().getFloat()).isEqualTo(expected[row]);
        assertThat(value.get(row).min().getFloat()).isEqualTo(-expected[row]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "full:storage=int8", "full:storage=int4"})
  void rowsLeaveMoveAndComeTwice(String policy) {
    try (KvCache cache = filled(policy, 5)) {
      assertRows(cache, 1, 2, 3, 4, 5);
      cache.select(new int[] {0, 4, 2, 3});
      assertRows(cache, 1, 5, 3, 4);
      cache.select(new int[] {0, 1, 2, 3});
      assertRows(cache, 1, 5, 3, 4);
      cache.select(new int[] {3, 1, 3});
      assertRows(cache, 4, 5, 4);
      cache.select(new int[] {2, 2, 1, 0});
      assertRows(cache, 4, 4, 5, 4);
    }
  }

  @Test
  void rowsOfEqualNumberStayInTheirArray() {
    try (KvCache cache = filled("full", 4)) {
      NDArray before = cache.stored();
      cache.select(new int[] {0, 1, 2, 3});
      cache.select(new int[] {1, 2, 3, 0});
      assertRows(cache, 2, 3, 4, 1);
      cache.select(new int[] {3, 3, 1, 2});
      assertRows(cache, 1, 1, 3, 4);
      assertThat(cache.stored()).isSameAs(before);
      cache.select(new int[] {2, 1, 0});
      assertRows(cache, 3, 1, 1);
      assertThat(cache.stored()).isNotSameAs(before);
    }
  }

  @Test
  void whatIsSharedIsKeptOnce() {
    try (KvCache cache = filled("full", 2)) {
      NDArray prompts = cache.stored();
      cache.share(8);
      assertThat(cache.rows()).isEqualTo(16);
      assertThat(cache.shared().orElseThrow().arrays().arrays().get(0)).isSameAs(prompts);
      assertThat(cache.shared().orElseThrow().span()).isEqualTo(3);
      assertThat(cache.stored().getShape()).isEqualTo(new Shape(2, 16, 16, 4, 4));
      assertThat(cache.length(9)).isZero();
      assertThat(cache.nextPosition(9)).isEqualTo(3);
      assertThatThrownBy(() -> cache.clear(0)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> cache.share(2)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> cache.select(new int[] {0, 1, 2, 3, 4, 5, 6, 8}))
          .hasMessageContaining("side by side");
    }
  }
}
