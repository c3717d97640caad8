package io.sparkattention.model.seq2seq;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.AttentionMemory;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.Seq2SeqSteps;
import io.sparkattention.tensor.TensorList;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What was encoded, as keys and values of each layer of the decoder, packed text after text. A text
 * is kept once, however many rows read it; one that nobody reads any more stays where it is until
 * half of the tokens are such.
 */
final class Memory implements AutoCloseable {

  /** Heads of texts from which on one call reads texts of many different lengths fastest. */
  private static final int ENOUGH_HEADS = 128;

  private final NDManager owner;
  private final List<NDArray> layers; // (N, 2, H, D) each
  private final NDArray encoded; // (N, hidden), or null
  private final TensorList bound;
  private final AttentionMemory kept;
  private int[] starts;
  private int[] lengths;
  private Seq2SeqSteps.Reads reads;

  /**
   * @param owner owns the arrays; closed with this
   * @param layers (N, 2, H, D) each; none where nobody reads them
   * @param encoded (N, hidden), what they were projected from; null where nobody reads it
   * @param offsets cumulative lengths of the texts
   */
  Memory(NDManager owner, List<NDArray> layers, NDArray encoded, int[] offsets) {
    this(owner, layers, encoded, offsets, new AttentionMemory(owner.getParentManager()));
  }

  private Memory(
      NDManager owner, List<NDArray> layers, NDArray encoded, int[] offsets, AttentionMemory kept) {
    this.owner = owner;
    this.kept = kept;
    this.encoded = encoded;
    this.layers = List.copyOf(layers);
    this.bound = new TensorList(layers);
    this.starts = Arrays.copyOf(offsets, offsets.length - 1);
    this.lengths = new int[starts.length];
    Arrays.setAll(lengths, i -> offsets[i + 1] - offsets[i]);
  }

  /** Keys and values of a layer, (N, 2, H, D). */
  NDArray layer(int index) {
    return layers.get(index);
  }

  /** What keys and values were projected from, (N, hidden); null where nobody reads it. */
  NDArray encoded() {
    return encoded;
  }

  /** What mechanisms keep of the texts. */
  AttentionMemory kept() {
    return kept;
  }

  /** Tokens that lie here, those included that nobody reads any more. */
  private long stored() {
    return (encoded == null ? layers.get(0) : encoded).getShape().get(0);
  }

  /** Keys and values of all layers. */
  TensorList layers() {
    return bound;
  }

  /** Number of texts. */
  int texts() {
    return starts.length;
  }

  /** Cumulative lengths of the texts. */
  int[] offsets() {
    int[] offsets = new int[lengths.length + 1];
    for (int i = 0; i < lengths.length; i++) {
      offsets[i + 1] = offsets[i] + lengths[i];
    }
    return offsets;
  }

  /** Whether texts lie one after the other with nothing between them. */
  boolean isPacked() {
    return Arrays.equals(starts, Arrays.copyOf(offsets(), starts.length));
  }

  /** How some rows read all texts, the same number for each; belongs to this memory. */
  Seq2SeqSteps.Reads reads(int rowsPerText) {
    if (reads == null || reads.rowsPerText() != rowsPerText) {
      forgetReads();
      long[] runs = runs();
      int heads = (int) layers.get(0).getShape().get(2);
      Device device = owner.getDevice();
      boolean oneCall = device.isGpu() && runs.length > RUN && texts() * heads >= ENOUGH_HEADS;
      List<NDArray> arrays = new ArrayList<>();
      if (oneCall) {
        int[] rows = IntStream.rangeClosed(0, texts()).map(i -> i * rowsPerText).toArray();
        arrays.add(Uploads.of(owner, rows)); // (texts + 1) int32
        arrays.add(Uploads.of(owner, Arrays.copyOf(starts, texts() + 1))); // (texts + 1) int32
        arrays.add(Uploads.of(owner, lengths)); // (texts) int32
      }
      int longest = Arrays.stream(lengths).max().orElse(0);
      reads = new Seq2SeqSteps.Reads(new TensorList(arrays), runs, rowsPerText, longest);
    }
    return reads;
  }

  private static final int RUN = 4;

  /** Neighbouring texts of equal lengths: first text, first token, texts, length. */
  private long[] runs() {
    List<long[]> runs = new ArrayList<>();
    for (int i = 0; i < starts.length; i++) {
      long[] last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
      if (last != null && last[3] == lengths[i] && last[1] + last[2] * last[3] == starts[i]) {
        last[2]++;
      } else {
        runs.add(new long[] {i, starts[i], 1, lengths[i]});
      }
    }
    return runs.stream().flatMapToLong(Arrays::stream).toArray();
  }

  private void forgetReads() {
    if (reads != null) {
      reads.arrays().arrays().forEach(NDArray::close);
      reads.arrays().close();
      reads = null;
    }
  }

  /**
   * A memory of some of its texts, which may be this one; otherwise this one is closed.
   *
   * @param texts numbers of texts, in any order
   */
  Memory of(NDManager parent, int[] texts) {
    int[] keptStarts = Arrays.stream(texts).map(text -> starts[text]).toArray();
    int[] keptLengths = Arrays.stream(texts).map(text -> lengths[text]).toArray();
    if (Arrays.equals(keptStarts, starts)) {
      return this;
    }
    forgetReads();
    kept.select(texts);
    starts = keptStarts;
    lengths = keptLengths;
    long stored = stored();
    return 2L * Arrays.stream(lengths).sum() < stored ? packed(parent) : this;
  }

  /** A memory without gaps, in the order of the texts; this one is closed if it is another. */
  Memory packed(NDManager parent) {
    return isPacked() && offsets()[texts()] == stored() ? this : with(parent, null);
  }

  /** A memory of these texts and then those of another; both are closed. */
  Memory with(NDManager parent, Memory more) {
    NDManager next = parent.newSubManager();
    long[] rows = rows();
    List<NDArray> joined = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      NDArray after = more == null ? null : more.layers.get(i);
      joined.add(joined(next, layers.get(i), rows, after)); // (N, 2, H, D)
    }
    NDArray hidden =
        encoded == null ? null : joined(next, encoded, rows, more == null ? null : more.encoded);
    int[] offsets = offsets();
    if (more != null) {
      int[] after = more.offsets();
      int[] both = Arrays.copyOf(offsets, offsets.length + after.length - 1);
      for (int i = 1; i < after.length; i++) {
        both[offsets.length + i - 1] = offsets[offsets.length - 1] + after[i];
      }
      offsets = both;
      more.close();
    }
    closeArrays();
    return new Memory(next, joined, hidden, offsets, kept);
  }

  private static NDArray joined(NDManager owner, NDArray from, long[] rows, NDArray after) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray own = AttentionArrays.on(scope).pick(scope, from, rows);
      NDArray all = after == null ? own : own.concat(after, 0); // (N, ...)
      all.attach(owner);
      return all;
    }
  }

  private long[] rows() {
    return IntStream.range(0, starts.length)
        .flatMap(i -> IntStream.range(starts[i], starts[i] + lengths[i]))
        .asLongStream()
        .toArray();
  }

  @Override
  public void close() {
    kept.close();
    closeArrays();
  }

  private void closeArrays() {
    forgetReads();
    bound.close();
    owner.close();
  }
}
