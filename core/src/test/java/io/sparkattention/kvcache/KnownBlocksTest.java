package io.sparkattention.kvcache;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.NativeArrays;
import io.sparkattention.tensor.TorchEngine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class KnownBlocksTest {

  private static final int BYTES = 2 * 2 * 3 * Float.BYTES; // of a token: layers, 2 · Hkv, columns

  /** A cache of three rows of five places, in which every number says its row and place. */
  private static NDArray stored(NDManager scope, float first) {
    float[] numbers = new float[2 * 3 * 5 * 2 * 3];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = first + i;
    }
    return scope.create(numbers, new Shape(2, 3, 5, 2, 3));
  }

  private static float[] piece(float first, int row, int places) {
    float[] piece = new float[2 * places * 6];
    for (int i = 0; i < piece.length; i++) {
      int layer = i / (places * 6);
      piece[i] = first + layer * 90 + row * 30 + i % (places * 6);
    }
    return piece;
  }

  @Test
  void whatIsFoundIsWhatWasKept() {
    try (NDManager root = TorchEngine.newManager(Device.cpu());
        KnownBlocks known = new KnownBlocks(root, BYTES, 1000 * BYTES)) {
      int[] ids = {4, 5, 6};
      known.keep(ids, stored(root, 0), 2);
      ids[0] = 7; // what was kept does not follow
      assertThat(known.find(root, ids)).isEmpty();
      NDArray found = known.find(root, new int[] {4, 5, 6}).orElseThrow();
      assertThat(found.getShape()).isEqualTo(new Shape(2, 3, 2, 3));
      known.keep(new int[] {4, 5, 6}, stored(root, 1000), 0); // known already
      known.limit(0); // forgets it
      assertThat(known.find(root, new int[] {4, 5, 6})).isEmpty();
      assertThat(found.toFloatArray()).isEqualTo(piece(0, 2, 3));
    }
  }

  /** Against a list of the blocks in the order in which they were asked for. */
  @Test
  void theBlockThatWasNotAskedForLongestGoesFirst() {
    Random random = new Random(11);
    int most = 12;
    try (NDManager root = TorchEngine.newManager(Device.cpu());
        KnownBlocks known = new KnownBlocks(root, BYTES, (long) most * BYTES)) {
      NDArray stored = stored(root, 0);
      Map<Integer, Integer> naive = new LinkedHashMap<>(); // lengths by number, latest last
      for (int time = 0; time < 400; time++) {
        int number = random.nextInt(9);
        int[] ids = new int[1 + number % 5];
        ids[0] = number;
        Optional<NDArray> found = known.find(root, ids);
        assertThat(found.isPresent()).as("time %s", time).isEqualTo(naive.containsKey(number));
        found.ifPresent(NDArray::close);
        naive.remove(number);
        known.keep(ids, stored, 1);
        naive.put(number, ids.length);
        while (sum(naive) > most) {
          naive.remove(naive.keySet().iterator().next());
        }
        assertThat(known.bytes()).isEqualTo((long) sum(naive) * BYTES);
        assertThat(NativeArrays.count(root)).isEqualTo(1 + naive.size());
      }
      known.keep(new int[most + 1], stored, 1); // which never fits
      assertThat(known.bytes()).isEqualTo((long) sum(naive) * BYTES);
    }
  }

  private static int sum(Map<Integer, Integer> lengths) {
    return lengths.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Test
  void severalThreadsMayAsk() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (NDManager root = TorchEngine.newManager(Device.cpu());
        KnownBlocks known = new KnownBlocks(root, BYTES, 9 * BYTES)) {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        Random random = new Random(thread);
        running.add(threads.submit(() -> ask(root, known, random)));
      }
      for (Future<?> each : running) {
        each.get();
      }
      assertThat(known.bytes()).isBetween(1L, 9L * BYTES);
    } finally {
      threads.shutdown();
    }
  }

  /** Every block has its number in its values. */
  private static void ask(NDManager root, KnownBlocks known, Random random) {
    for (int time = 0; time < 300; time++) {
      int number = random.nextInt(7);
      int[] ids = {number, 1, 2};
      try (NDManager scope = root.newSubManager()) {
        Optional<NDArray> found = known.find(scope, ids);
        if (found.isPresent()) {
          assertThat(found.get().toFloatArray()).isEqualTo(piece(1000 * number, 1, 3));
        } else {
          known.keep(ids, stored(scope, 1000 * number), 1);
        }
      }
    }
  }
}
