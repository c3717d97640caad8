package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.NearAndFarSelection.BothForms;
import io.sparkattention.attention.Renumbering.Form;
import io.sparkattention.tensor.SelectionOperators;
import io.sparkattention.tensor.SelectionOperators.Choice;
import io.sparkattention.tensor.SelectionOperators.Frame;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Blocks of keys that blocks of queries chose, each key head for the query heads that share it.
 * Where the future is hidden, the choices lie before a block of queries, and its queries read their
 * own positions too, up to themselves.
 *
 * @param input a padded call
 * @param frame where its queries stand
 * @param ids (B, Hkv, n, m) int64, ascending numbers of blocks; see {@link SelectionOperators}
 * @param block keys of a block
 * @param renumbering null where keys are read where they stand
 */
record ChosenBlocks(
    AttentionInput input, Frame frame, NDArray ids, int block, Renumbering renumbering) {

  /** Choices that are read where they stand. */
  ChosenBlocks(AttentionInput input, Frame frame, NDArray ids, int block) {
    this(input, frame, ids, block, null);
  }

  /**
   * Lets blocks of queries choose, and attends.
   *
   * @param rows queries that choose together; all of them where there are fewer
   * @param block keys of a block
   * @param options of the choice, from its frame
   */
  static Attended attend(
      AttentionInput in, int rows, int block, Choice choice, Function<Frame, Object[]> options) {
    return attend(in, rows, block, choice, options, null);
  }

  /** As above, and reads keys at other positions, unless {@code renumbering} is null. */
  static Attended attend(
      AttentionInput in,
      int rows,
      int block,
      Choice choice,
      Function<Frame, Object[]> options,
      Renumbering renumbering) {
    NDManager scope = in.scope().newSubManager();
    Frame frame = frame(in, scope, rows);
    SelectionOperators operators = SelectionOperators.on(scope);
    int size = (int) Math.max(1, Math.min(block, in.key().getShape().get(2))); // as the choice does
    try (NDManager local = scope.newSubManager()) {
      NDArray query = renumbering == null ? in.query() : renumbering.query(in, local);
      NDArray key = renumbering == null ? in.key() : Renumbering.key(in, local);
      NDArray ids =
          operators.choose(scope, choice, query, key, frame, in.scale(), options.apply(frame));
      return new ChosenBlocks(in, frame, ids, size, renumbering).attended(scope);
    }
  }

  /** Blocks that blocks of as many queries were given. */
  static ChosenBlocks of(AttentionInput in, NDManager scope, int block, NDArray ids) {
    return new ChosenBlocks(in, frame(in, scope, block), ids, block);
  }

  /**
   * Where the queries of a call stand.
   *
   * @param rows queries of a block; all of them where there are fewer
   */
  static Frame frame(AttentionInput in, NDManager scope, int rows) {
    int queries = (int) in.query().getShape().get(2);
    int keys = (int) in.key().getShape().get(2);
    AttentionMask mask = in.mask();
    int together = Math.max(1, Math.min(rows, queries));
    return new Frame(
        Uploads.of(scope, mask.queryOffsets()),
        Uploads.of(scope, mask.keyLengths()),
        Uploads.of(scope, mask.queryLengths()),
        Arrays.stream(mask.keyLengths()).allMatch(n -> n == keys),
        queries % together == 0 && Arrays.stream(mask.queryLengths()).allMatch(n -> n == queries),
        Arrays.stream(mask.queryOffsets()).max().orElse(0),
        together,
        in.site().kind() == Site.Kind.SELF,
        mask.direction() == Direction.CAUSAL);
  }

  /**
   * How many keys a block of queries chooses: a budget, and its own positions where no part of its
   * own reads them.
   */
  static int chosen(Frame frame, int budget, int block) {
    boolean counted = frame.own() && !frame.causal();
    long chosen = (long) budget + (counted ? frame.rows() : 0);
    return (int) Math.min(Integer.MAX_VALUE, (chosen + block - 1) / block + (counted ? 1 : 0));
  }

  /**
   * What was attended to.
   *
   * @param scope owns the choices; closed with the result
   */
  private Attended attended(NDManager scope) {
    boolean parted = renumbering != null && renumbering.form() == Form.ONE_DISTANCE;
    BothForms both = new BothForms(input, renumbering, scope);
    List<KeySelection> blocks = new ArrayList<>();
    int queries = queries();
    for (int from = 0; from < queries; from += frame.rows()) {
      Span span = new Span(from, Math.min(queries, from + frame.rows()));
      GatheredSelection block = new GatheredSelection(this, blocks.size(), span);
      blocks.add(
          parted
              ? new NearAndFarSelection(block, both, renumbering.window())
              : renumbering == null ? block : closedUp(block));
    }
    if (!ownPositionsAreKeys() || parted && !NearAndFarAttention.serves(this)) {
      return new SelectedAttended(input, blocks, scope);
    }
    return new SelectedAttended(
        input,
        blocks,
        scope,
        values ->
            parted
                ? new NearAndFarAttention(this).attend(values)
                : new GatheredAttention(this).attend(values));
  }

  private TurnedSelection closedUp(GatheredSelection block) {
    Span number = new Span(block.number(), block.number() + 1);
    int kept = (int) ids.getShape().get(3);
    return new TurnedSelection(
        block, scope -> Renumbering.closedUp(this, scope, number, kept, block.queries().length()));
  }

  /** Whether real queries find themselves among the real keys. */
  private boolean ownPositionsAreKeys() {
    AttentionMask mask = input.mask();
    for (int b = 0; frame.causal() && b < mask.batch(); b++) {
      if (mask.queryOffsets()[b] + mask.queryLengths()[b] > mask.keyLengths()[b]) {
        return false;
      }
    }
    return true;
  }

  /** The same choices with another owner of results. */
  ChosenBlocks in(NDManager scope) {
    return new ChosenBlocks(input.in(scope), frame, ids, block, renumbering);
  }

  int queries() {
    return (int) input.query().getShape().get(2);
  }

  int keys() {
    return (int) input.key().getShape().get(2);
  }

  /** How many blocks the keys make. */
  int blocks() {
    return (keys() + block - 1) / block;
  }

  /**
   * How many choices of a block of queries can be of use: those before its first position, where
   * the future is hidden.
   */
  int most(int number) {
    int kept = (int) ids.getShape().get(3);
    if (!frame.causal()) {
      return kept;
    }
    int limit = Math.min(keys(), frame.latest() + number * frame.rows());
    return Math.min(kept, (limit + block - 1) / block);
  }

  /** The places that a block of queries reads, and which query reads which. */
  NDList places(NDManager scope, int number, int count) {
    return SelectionOperators.on(scope).places(scope, ids, frame, number, count, block, keys());
  }
}
