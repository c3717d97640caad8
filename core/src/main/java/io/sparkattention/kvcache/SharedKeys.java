package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.DecoderSteps;
import io.sparkattention.tensor.TensorList;
import io.sparkattention.tensor.Uploads;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What several rows have read together, kept once for all of them. */
final class SharedKeys implements AutoCloseable {

  private final NDManager owner;
  private final CacheArrays arrays;
  private final int rowsPerText;
  private int[] lengths; // of each text
  private DecoderSteps.Shared bound;

  /**
   * @param lengths how many keys each text holds
   * @param rowsPerText how many rows, one after the other, share each text
   */
  SharedKeys(NDManager owner, CacheArrays arrays, int[] lengths, int rowsPerText) {
    this.owner = owner;
    this.arrays = arrays;
    this.lengths = lengths;
    this.rowsPerText = rowsPerText;
  }

  /** The arrays as steps take them; they belong to this. */
  DecoderSteps.Shared bound() {
    if (bound == null) {
      long[] last = Arrays.stream(lengths).mapToLong(length -> length - 1L).toArray();
      NDArray places = Uploads.of(owner, last); // (texts)
      int longest = Arrays.stream(lengths).max().orElse(0);
      boolean even = Arrays.stream(lengths).allMatch(length -> length == longest);
      TensorList list = new TensorList(List.of(arrays.stored(), places));
      bound = new DecoderSteps.Shared(list, longest, even);
    }
    return bound;
  }

  /** Keeps the texts of some rows, which must stay beside those that share them. */
  void select(int[] rows) {
    int[] texts = new int[rows.length / rowsPerText];
    for (int i = 0; i < rows.length; i++) {
      int text = rows[i] / rowsPerText;
      if (i % rowsPerText == 0) {
        texts[i / rowsPerText] = text;
      } else if (texts[i / rowsPerText] != text) {
        throw new IllegalArgumentException("rows that share a text must stay side by side");
      }
    }
    int[] before = lengths;
    if (Arrays.equals(texts, IntStream.range(0, before.length).toArray())) {
      return;
    }
    unbind();
    arrays.select(texts, before.length, Arrays.stream(before).max().orElse(0));
    lengths = Arrays.stream(texts).map(text -> before[text]).toArray();
  }

  private void unbind() {
    if (bound != null) {
      bound.arrays().arrays().get(1).close(); // the places
      bound.arrays().close();
      bound = null;
    }
  }

  @Override
  public void close() {
    unbind();
  }
}
