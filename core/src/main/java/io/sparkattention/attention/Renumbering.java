package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.SelectionOperators.Frame;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.TurnOperators;
import io.sparkattention.tensor.Uploads;
import java.util.Arrays;

/**
 * At which positions keys are read that a mechanism chose: at most so far before a query as the
 * mechanism allows, however long the text is. Keys are chosen as if all of them stood {@code
 * window} before the query, so that no distance decides that the model was not trained with.
 *
 * @param form where the keys stand that are read
 * @param window how far before the query
 */
record Renumbering(Form form, int window) {

  /** Where the keys stand that are read. */
  enum Form {
    /** Without a gap before the first query of those that chose them; LongHeads. */
    CLOSED_UP,
    /** Where they are, but none further than the window from any query; InfLLM. */
    ONE_DISTANCE
  }

  /** How the heads of a call turn. */
  static Rotation rotation(AttentionInput in) {
    return in.keyRotation()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "positions=renumbered was not told how heads turn: ask unsupportedReasons"
                        + " before, and give the call a rotation"));
  }

  /**
   * The queries of a call as they choose, at position {@code window}.
   *
   * @return (B, H, T, D)
   */
  NDArray query(AttentionInput in, NDManager scope) {
    long[] numbers = Arrays.stream(in.mask().queryOffsets()).asLongStream().toArray();
    NDArray offsets = Uploads.of(scope, numbers); // (B)
    NDArray by = TurnOperators.on(scope).toDistance(scope, in.query(), offsets, window);
    return rotation(in).turned(scope, in.query(), by);
  }

  /**
   * The keys of a call as they are chosen, all at position 0.
   *
   * @return (B, Hkv, S, D)
   */
  static NDArray key(AttentionInput in, NDManager scope) {
    return rotation(in).turned(scope, in.key(), TurnOperators.on(scope).toStart(scope, in.key()));
  }

  /** Whether every key of a call stands where it is read. */
  boolean changesNothing(AttentionInput in) {
    int last = Arrays.stream(in.mask().queryOffsets()).max().orElse(0);
    int queries = (int) in.query().getShape().get(2);
    return form == Form.ONE_DISTANCE && last + queries - 1 <= window;
  }

  /** Keys in the order in which they are read. */
  IndexSelection ordered(IndexSelection chosen, NDManager scope) {
    if (form == Form.ONE_DISTANCE) {
      return chosen;
    }
    if (chosen.read() == null) {
      NDArray places = chosen.index().sort(2); // (B, Hkv, K)
      places.attach(scope);
      return new IndexSelection(chosen.input(), chosen.queries(), places);
    }
    NDArray places = TurnOperators.on(scope).ordered(scope, chosen.index(), chosen.read());
    NDArray read = places.gte(0).expandDims(2); // (B, Hkv, 1, K)
    return new IndexSelection(chosen.input(), chosen.queries(), places.maximum(0), read);
  }

  /**
   * What one more token of each sequence reads.
   *
   * @param chosen of {@link #ordered}
   */
  TurnedSelection step(IndexSelection chosen, NDManager scope) {
    int[] keys = chosen.input().mask().keyLengths();
    NDArray lengths = Uploads.of(scope, Arrays.stream(keys).asLongStream().toArray()); // (B)
    TurnOperators operators = TurnOperators.on(scope);
    NDArray by = // (B, Hkv, K)
        form == Form.ONE_DISTANCE
            ? operators.withinDistance(scope, chosen.index(), lengths, window)
            : operators.closedUp(scope, chosen.index(), lengths);
    return new TurnedSelection(chosen, local -> by);
  }

  /**
   * What turns the keys that blocks of queries chose.
   *
   * @param kept how many choices of each block
   * @param own keys behind them that stay where they are
   * @return (B, Hkv, blocks · (kept · block + own))
   */
  static NDArray closedUp(ChosenBlocks chosen, NDManager scope, Span blocks, int kept, int own) {
    Frame frame = chosen.frame();
    return TurnOperators.on(scope)
        .closedUp(scope, chosen.ids(), frame, blocks, kept, chosen.block(), own);
  }
}
