package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Arrays with a row a sequence that follow its keys, and how many keys of each they know. */
final class KeptRows implements AttentionMemory.Kept {

  private final NDManager owner;
  private final List<NDArray> arrays = new ArrayList<>(); // (rows, ...) each
  private int[] known = new int[0];

  KeptRows(NDManager owner) {
    this.owner = owner;
  }

  /** What owns the arrays. */
  NDManager owner() {
    return owner;
  }

  /** Whether nothing is known of any row, or of another number of rows. */
  boolean isNew(int rows) {
    return arrays.isEmpty() || known.length != rows;
  }

  NDArray array(int index) {
    return arrays.get(index);
  }

  /** Puts arrays in the place of those that were kept. */
  void replace(NDArray... others) {
    List<NDArray> before = List.copyOf(arrays);
    arrays.clear();
    for (NDArray other : others) {
      other.attach(owner);
      arrays.add(other);
    }
    for (NDArray each : before) {
      if (arrays.stream().noneMatch(kept -> kept == each)) { // equal ones are others
        each.close();
      }
    }
  }

  /** How many keys of a row are known. */
  int known(int row) {
    return row < known.length ? known[row] : 0;
  }

  /** How many keys of each row are known, (rows) int64. */
  NDArray uploadKnown(NDManager scope) {
    return Uploads.of(scope, Arrays.stream(known).asLongStream().toArray());
  }

  /** Says how many keys of each row are known from now on. */
  void know(int[] lengths) {
    known = lengths.clone();
  }

  @Override
  public void select(int[] rows) {
    int[] before = known;
    if (Arrays.equals(rows, IntStream.range(0, before.length).toArray())) {
      return;
    }
    long[] picked = Arrays.stream(rows).asLongStream().toArray();
    AttentionArrays operators = AttentionArrays.on(owner);
    replace(
        arrays.stream().map(each -> operators.pick(owner, each, picked)).toArray(NDArray[]::new));
    known = Arrays.stream(rows).map(row -> before[row]).toArray();
  }

  @Override
  public void clear(int row) {
    if (row < known.length) {
      known[row] = 0;
    }
  }
}
