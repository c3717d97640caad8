package io.sparkattention.attention;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.Downloads;
import io.sparkattention.tensor.HostIndexOperators;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What the texts of a batch are searched by, in the memory of the host: the rows of each text in
 * about as many clusters as the root of their number, made once for each text.
 */
final class HostIndex implements AttentionMemory.Kept {

  private static final int ROUNDS = 6;
  private static final long SEED = 29;

  private final NDManager owner; // on the host
  private final List<Text> texts = new ArrayList<>(); // null where nothing is known of a row
  private int made;

  /** A text by each of its heads, or by the one that all share. */
  private record Text(NDManager owner, List<NDList> heads, int length) {}

  HostIndex(NDManager parent) {
    this.owner = parent.newSubManager(Device.cpu());
  }

  /** How many texts were indexed so far. */
  int made() {
    return made;
  }

  /**
   * Indexes the texts that are not known yet.
   *
   * @param rows (B, heads, S, C)
   * @param lengths how many rows of each text are real
   */
  void follow(NDArray rows, int[] lengths) {
    if (texts.size() > lengths.length) { // nobody said which texts have left
      select(new int[0]);
    }
    while (texts.size() < lengths.length) {
      texts.add(null);
    }
    int heads = (int) rows.getShape().get(1);
    for (int b = 0; b < lengths.length; b++) {
      Text known = texts.get(b);
      if (known == null
          || known.length() != lengths[b]
          || known.length() > 0 && known.heads().size() != heads) {
        texts.set(b, index(rows, b, heads, lengths[b]));
        drop(known);
      }
    }
  }

  private Text index(NDArray rows, int sequence, int heads, int length) {
    made++;
    NDManager own = owner.newSubManager();
    try {
      List<NDList> parted = new ArrayList<>();
      for (int h = 0; h < heads && length > 0; h++) {
        try (NDManager local = own.newSubManager()) {
          NDArray real = rows.get("{}, {}, :{}", sequence, h, length); // (length, C)
          real.attach(local);
          NDArray here = Downloads.of(local, real);
          NDArray first = Uploads.of(local, firstCentres(length)); // (n)
          parted.add(HostIndexOperators.onHost().parted(own, here, first, ROUNDS));
        }
      }
      return new Text(own, parted, length);
    } catch (RuntimeException | Error e) {
      own.close();
      throw e;
    }
  }

  private static long[] firstCentres(int length) {
    List<Integer> places = new ArrayList<>(IntStream.range(0, length).boxed().toList());
    Collections.shuffle(places, new Random(SEED));
    long clusters = Math.max(1, Math.round(Math.sqrt(length)));
    return places.stream().limit(clusters).mapToLong(Integer::longValue).toArray();
  }

  /**
   * The places of a text that queries read.
   *
   * @param head which of the heads that were indexed
   * @param query (R, C) on the host
   * @return ascending places; none where there are no queries or no rows
   */
  long[] search(NDManager scope, int sequence, int head, NDArray query, int probes, int k) {
    Text text = texts.get(sequence);
    return text.length() == 0 || query.getShape().get(0) == 0
        ? new long[0]
        : HostIndexOperators.onHost().search(scope, query, text.heads().get(head), probes, k);
  }

  @Override
  public void select(int[] rows) {
    List<Text> before = new ArrayList<>(texts);
    texts.clear();
    for (int row : rows) {
      texts.add(row < before.size() ? before.get(row) : null);
    }
    before.forEach(this::drop);
  }

  @Override
  public void clear(int row) {
    if (row < texts.size()) {
      drop(texts.set(row, null));
    }
  }

  /** Closes a text unless a row holds it. */
  private void drop(Text text) {
    if (text != null && texts.stream().noneMatch(held -> held == text)) {
      text.owner().close();
    }
  }
}
