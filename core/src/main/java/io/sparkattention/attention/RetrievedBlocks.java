package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Renumbering.Form;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.BlockMemoryOperators;
import io.sparkattention.tensor.BlockMemoryOperators.Summary;
import io.sparkattention.tensor.RetrievalOperators;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.TurnOperators;
import io.sparkattention.tensor.Uploads;
import java.util.Arrays;
import java.util.List;

/**
 * The first keys, the last keys, and the blocks between them that score highest, in a step of a
 * decoder and for blocks of queries of a text that is read at once.
 *
 * @param owner whose memory it is
 * @param renumbering null where keys are read where they stand
 */
record RetrievedBlocks(
    Attention owner,
    int block,
    int blocks,
    int sinks,
    int window,
    Summary score,
    int rows,
    Renumbering renumbering) {

  Attended attend(AttentionInput in) {
    if (renumbering != null && renumbering.changesNothing(in)) {
      return new DenseAttention().attend(in); // the budget holds more than the window
    }
    boolean step = in.query().getShape().get(2) == 1 && lastOnly(in.mask());
    if (!step) {
      return together(in);
    }
    int units = summaries().units(in);
    int keys = (int) in.key().getShape().get(2);
    int between = last(keys) - first();
    if (between > blocks) {
      return retrieved(in, units);
    }
    return renumbering != null && renumbering.form() == Form.ONE_DISTANCE
        ? allTurned(in)
        : new DenseAttention().attend(in);
  }

  /** Whether the query sees every real key of its sequence. */
  private static boolean lastOnly(AttentionMask mask) {
    for (int b = 0; b < mask.batch(); b++) {
      boolean last = mask.queryOffsets()[b] + 1 >= mask.keyLengths()[b];
      if (mask.direction() == Direction.CAUSAL && !last || mask.keyLengths()[b] == 0) {
        return false;
      }
    }
    return true;
  }

  /** A text that is read at once. */
  private Attended together(AttentionInput in) {
    boolean afar = renumbering != null && renumbering.form() == Renumbering.Form.ONE_DISTANCE;
    int whole = afar ? block : 0; // so that no key of the window is left out
    long keys = (long) block * blocks + sinks + window + whole;
    int budget = (int) Math.min(Integer.MAX_VALUE / 2, keys);
    BlockTopKAttention.Score best =
        score == Summary.BOUNDS ? BlockTopKAttention.Score.BOUNDS : BlockTopKAttention.Score.MEAN;
    return new BlockTopKAttention(block, budget, rows, Math.min(rows, 16), sinks, window, best)
        .attend(in, renumbering);
  }

  private BlockSummaries summaries() {
    return new BlockSummaries(block, score, renumbering != null);
  }

  /** How many blocks the first keys take. */
  private int first() {
    return (sinks + block - 1) / block;
  }

  /** The block from which on all keys are read. */
  private int last(int keys) {
    return Math.max(0, keys - window) / block;
  }

  private Attended retrieved(AttentionInput in, int units) {
    NDManager scope = in.scope().newSubManager();
    NDArray kept =
        in.sequenceMemory()
            .filter(memory -> in.site().phase() == Site.Phase.DECODE)
            .map(memory -> memory.of(owner, in.site(), KeptRows.class, KeptRows::new))
            .map(rows -> summaries().followed(in, rows))
            .orElseGet(() -> summaries().of(in, scope));
    NDArray query = renumbering == null ? in.query() : renumbering.query(in, scope); // (B, H, 1, D)
    int keys = (int) in.key().getShape().get(2);
    boolean even = Arrays.stream(in.mask().keyLengths()).allMatch(n -> n == keys);
    IndexSelection selection =
        even
            ? new IndexSelection(in, new Span(0, 1), evenly(query, kept, keys, scope))
            : unevenly(in, query, kept, units, scope);
    return read(in, selection, scope);
  }

  /** Every key, none further than the window. */
  private Attended allTurned(AttentionInput in) {
    NDManager scope = in.scope().newSubManager();
    NDList every = TurnOperators.on(scope).every(scope, in.key(), lengths(in, scope));
    return read(in, new IndexSelection(in, new Span(0, 1), every.get(0), every.get(1)), scope);
  }

  /**
   * Reads what was chosen.
   *
   * @param scope owns the choice; closed with the result
   */
  private Attended read(AttentionInput in, IndexSelection chosen, NDManager scope) {
    if (renumbering == null && chosen.read() == null) {
      return new SelectedAttended(
          in, List.of(chosen), scope, values -> attendPlaces(in, chosen, values));
    }
    IndexSelection ordered = renumbering == null ? chosen : renumbering.ordered(chosen, scope);
    KeySelection selection = renumbering == null ? chosen : renumbering.step(ordered, scope);
    return new SelectedAttended(
        in, List.of(selection), scope, values -> attend(in, selection, ordered.read(), values));
  }

  private static NDArray lengths(AttentionInput in, NDManager scope) {
    return Uploads.of(scope, Arrays.stream(in.mask().keyLengths()).asLongStream().toArray());
  }

  /** Sequences of the same length read the same first and last blocks. */
  private NDArray evenly(NDArray query, NDArray kept, int keys, NDManager scope) {
    return BlockMemoryOperators.on(scope)
        .chooseEvenly(scope, query, kept, block, first(), blocks, last(keys), keys, score);
  }

  private IndexSelection unevenly(
      AttentionInput in, NDArray query, NDArray kept, int units, NDManager scope) {
    BlockMemoryOperators operators = BlockMemoryOperators.on(scope);
    NDArray lengths = lengths(in, scope); // (B)
    NDArray ids =
        operators.chooseBlocks(
            scope, query, kept, lengths, units, block, first(), blocks, window, score);
    int keys = (int) in.key().getShape().get(2);
    NDList places = operators.spots(scope, ids, lengths, block, keys);
    return new IndexSelection(in, new Span(0, 1), places.get(0), places.get(1));
  }

  private static Result attendPlaces(AttentionInput in, IndexSelection chosen, NDArray values) {
    return AttentionOperators.on(in.scope().getDevice())
        .attendPlaces(in.scope(), in.query(), in.key(), values, chosen.index(), in.scale());
  }

  private static Result attend(
      AttentionInput in, KeySelection selection, NDArray read, NDArray values) {
    RetrievalOperators operators = RetrievalOperators.on(in.scope());
    try (NDManager local = in.scope().newSubManager()) {
      NDArray key = selection.keys(local);
      NDArray value = selection.gather(local, values);
      Result result =
          operators.attend(
              in.scope(), in.query(), selection.queries(), key, value, read, in.scale());
      return ResultParts.silenced(in, result);
    }
  }
}
