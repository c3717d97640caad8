package io.sparkattention.attention;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.NativeArrays;
import io.sparkattention.tensor.ProcessMemory;
import io.sparkattention.tensor.TorchEngine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Native memory: what is opened is closed, and long texts need memory in proportion to them. */
class AttentionMemoryTest {

  private static final int LONG = 8_192;
  private static final int ATTEMPTS = 10; // a matrix is in each of them, garbage only in some
  private static final long MATRIX_BYTES = 2L * LONG * LONG * Float.BYTES;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dense",
        "chunked",
        "sink-window",
        "window-global",
        "local-sparse-global",
        "block-top-k:budget=1024",
        "anchor-stripe:most=512",
        "block-diagonal",
        "flex-prefill",
        "hierarchical-chunks:budget=512",
        "hip:k=1024",
        "linear-kernel:features=16",
        "lsh",
        "routing",
        "linformer:rows=64",
        "power-of-two",
        "prob-sparse",
        "transient-global:block=64"
      })
  void aLongTextNeedsFarLessThanItsMatrix(String spec) {
    assertNeedsLess(spec, Direction.BIDIRECTIONAL);
  }

  /** Those that are made for decoders. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "block-diagonal:cut=lines",
        "block-memory",
        "chunk-select",
        "ltri:budget=512",
        "low-rank-keys",
        "position-persistent",
        "recycled",
      })
  void aLongTextThatIsReadForwardNeedsFarLessThanItsMatrix(String spec) {
    assertNeedsLess(spec, Direction.CAUSAL);
  }

  private static void assertNeedsLess(String spec, Direction direction) {
    Attention mechanism = Attentions.REGISTRY.parse(spec);
    AttentionCase given = AttentionCase.ofLength(1, LONG, direction);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      NDArray columns = root.ones(new Shape(LONG, 3));
      long least = Long.MAX_VALUE;
      for (int i = 0; i < ATTEMPTS && least >= MATRIX_BYTES / 2; i++) {
        least = Math.min(least, bytesNeeded(mechanism, input, columns, root));
      }
      assertThat(least).as("bytes").isLessThan(MATRIX_BYTES / 2);
    }
  }

  /**
   * The most that a call holds beside what the process held before. The Java heap, which grows and
   * shrinks when it likes, is in it; arrays of a matrix's size are given back at once, so that the
   * least of several calls tells what each of them needs.
   */
  private static long bytesNeeded(
      Attention mechanism, AttentionInput input, NDArray columns, NDManager root) {
    ProcessMemory.resetPeak();
    long before = ProcessMemory.peak();
    try (Attended attended = mechanism.attend(input)) {
      assertThat(NativeArrays.largest(root)).isLessThan(64L * LONG);
      attended.moments(columns).close();
      attended.weights(5_000, 5_008).close();
    }
    return ProcessMemory.peak() - before;
  }

  @Test
  void twoThousandForwardsLeaveNothingBehind() {
    AttentionCase given = AttentionCase.ofLength(2, 64, Direction.BIDIRECTIONAL);
    Attention[] mechanisms = {
      new DenseAttention(), new ChunkedAttention(32, 32), new SinkWindowAttention(4, 16),
    };
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      NDArray columns = root.ones(new Shape(64, 3));
      int arrays = NativeArrays.count(root);
      List<Long> samples = new ArrayList<>(); // MiB outside the heap
      for (int i = 0; i < 2_000; i++) {
        if (i >= 400 && i % 400 == 0) {
          samples.add(ProcessMemory.outsideHeap() >> 20);
        }
        try (NDManager scope = root.newSubManager();
            Attended attended = mechanisms[i % mechanisms.length].attend(input.in(scope))) {
          if (i % 4 == 0) {
            attended.moments(columns);
            attended.weights(0, 8);
            Attentions.attend(mechanisms[i % mechanisms.length], given.packedInput(scope));
          }
        }
        assertThat(NativeArrays.count(root)).as("arrays after forward " + i).isEqualTo(arrays);
      }
      long grown = (ProcessMemory.outsideHeap() >> 20) - samples.get(0);
      assertThat(grown).as("MiB grown since %s", samples).isLessThan(48);
    }
  }
}
