package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.RetrievalOperators;
import io.sparkattention.tensor.RetrievalOperators.Frame;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Single keys that blocks of neighbouring queries chose, in a padded call. One token that a decoder
 * reads is such a block.
 */
final class ChosenKeys {

  /** How a block of queries chooses. */
  interface Chooser {
    /** Places (B, Hkv, K) int64, and which query reads which (B, Hkv, queries or 1, K). */
    NDList choose(NDManager scope, Span queries);
  }

  private final AttentionInput input;
  private final Frame frame;
  private final NDManager scope;
  private final List<IndexSelection> blocks = new ArrayList<>();

  /**
   * @param scope owns the choices; closed with what was attended to
   */
  ChosenKeys(AttentionInput input, NDManager scope) {
    this.input = input;
    this.scope = scope;
    this.frame = frame(input, scope);
  }

  private static Frame frame(AttentionInput in, NDManager scope) {
    AttentionMask mask = in.mask();
    int batch = mask.batch();
    long[] numbers = new long[3 * batch];
    for (int b = 0; b < batch; b++) {
      numbers[b] = mask.queryOffsets()[b];
      numbers[batch + b] = mask.queryLengths()[b];
      numbers[2 * batch + b] = mask.keyLengths()[b];
    }
    NDArray uploaded = Uploads.of(scope, numbers).reshape(3, batch);
    return new Frame(uploaded, mask.direction() == Direction.CAUSAL, full(in));
  }

  /** Whether every query sees every key. */
  private static boolean full(AttentionInput in) {
    AttentionMask mask = in.mask();
    int keys = (int) in.key().getShape().get(2);
    boolean seen =
        mask.direction() == Direction.BIDIRECTIONAL
            || Arrays.stream(mask.queryOffsets()).allMatch(offset -> offset + 1 >= keys);
    return seen && mask.full((int) in.query().getShape().get(2), keys);
  }

  Frame frame() {
    return frame;
  }

  /** How many keys of each sequence are real, (B) int64. */
  NDArray keyLengths() {
    return frame.numbers().get(2);
  }

  /** Whether blocks of more than one query read their own positions beside what they choose. */
  private boolean readsOwn(Span queries) {
    return queries.length() > 1 && input.site().kind() == Site.Kind.SELF;
  }

  /** The keys that receive most attention from a block of queries. */
  NDList best(NDManager manager, NDArray mass, Span queries, int k) {
    return RetrievalOperators.on(manager)
        .choose(manager, mass, frame, queries, k, readsOwn(queries));
  }

  /** Lets blocks of so many queries choose, and attends. */
  Attended attend(int rows, Chooser chooser) {
    int queries = (int) input.query().getShape().get(2);
    for (int from = 0; from < queries; from += rows) {
      Span span = new Span(from, Math.min(queries, from + rows));
      NDList chosen = chooser.choose(scope, span);
      blocks.add(new IndexSelection(input, span, chosen.get(0), chosen.get(1)));
    }
    return new SelectedAttended(input, blocks, scope, this::attend);
  }

  private Result attend(NDArray values) {
    RetrievalOperators operators = RetrievalOperators.on(input.scope());
    SparseOperators sparse = SparseOperators.on(input.scope());
    try (NDManager local = input.scope().newSubManager()) {
      ResultParts parts = new ResultParts();
      for (IndexSelection block : blocks) {
        try (NDManager inner = local.newSubManager()) {
          NDArray key = sparse.gather(inner, input.key(), block.index()); // (B, Hkv, K, D)
          NDArray value = sparse.gather(inner, values, block.index()); // (B, Hkv, K, C)
          NDArray read = frame.full() ? null : block.read();
          parts.add(
              operators.attend(
                  local, input.query(), block.queries(), key, value, read, input.scale()));
        }
      }
      return ResultParts.silenced(input, parts.joined(input.scope()));
    }
  }
}
