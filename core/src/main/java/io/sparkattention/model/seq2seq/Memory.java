package io.sparkattention.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionArrays;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What was encoded, as keys and values of each layer of the decoder, packed text after text. A text
 * is kept once, however many rows read it.
 */
final class Memory implements AutoCloseable {

  /** Keys and values of a layer, (N, H, D) each. */
  record Layer(NDArray key, NDArray value) {}

  private final NDManager owner;
  private final List<Layer> layers;
  private final int[] offsets;

  /**
   * @param owner owns the arrays; closed with this
   * @param offsets cumulative lengths of the texts
   */
  Memory(NDManager owner, List<Layer> layers, int[] offsets) {
    this.owner = owner;
    this.layers = List.copyOf(layers);
    this.offsets = offsets;
  }

  Layer layer(int index) {
    return layers.get(index);
  }

  /** Number of texts. */
  int texts() {
    return offsets.length - 1;
  }

  /** Cumulative lengths of the texts. */
  int[] offsets() {
    return offsets;
  }

  /**
   * A memory of some texts of two memories; both are closed.
   *
   * @param more may be null
   * @param texts numbers of texts, those of {@code more} counted after those of this one
   */
  Memory with(NDManager parent, Memory more, int[] texts) {
    NDManager next = parent.newSubManager();
    int[] all = more == null ? offsets : joined(offsets, more.offsets);
    long[] rows =
        Arrays.stream(texts)
            .flatMap(text -> IntStream.range(all[text], all[text + 1]))
            .asLongStream()
            .toArray();
    int[] nextOffsets = new int[texts.length + 1];
    for (int i = 0; i < texts.length; i++) {
      nextOffsets[i + 1] = nextOffsets[i] + all[texts[i] + 1] - all[texts[i]];
    }
    List<Layer> nextLayers =
        IntStream.range(0, layers.size())
            .mapToObj(
                i ->
                    new Layer(
                        picked(
                            next,
                            layers.get(i).key(),
                            more == null ? null : more.layers.get(i).key(),
                            rows),
                        picked(
                            next,
                            layers.get(i).value(),
                            more == null ? null : more.layers.get(i).value(),
                            rows)))
            .toList();
    close();
    if (more != null) {
      more.close();
    }
    return new Memory(next, nextLayers, nextOffsets);
  }

  private static NDArray picked(NDManager scope, NDArray first, NDArray second, long[] rows) {
    if (second == null) {
      return AttentionArrays.on(scope).pick(scope, first, rows);
    }
    try (NDArray both = first.concat(second, 0)) { // (N, H, D)
      return AttentionArrays.on(scope).pick(scope, both, rows);
    }
  }

  private static int[] joined(int[] first, int[] second) {
    int[] all = Arrays.copyOf(first, first.length + second.length - 1);
    for (int i = 1; i < second.length; i++) {
      all[first.length + i - 1] = first[first.length - 1] + second[i];
    }
    return all;
  }

  @Override
  public void close() {
    owner.close();
  }
}
