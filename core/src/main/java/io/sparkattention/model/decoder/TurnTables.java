package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.DecoderForm;
import io.sparkattention.tensor.DecoderSteps;
import io.sparkattention.tensor.TensorList;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How heads turn at each position, for every rotary embedding of a decoder. Tables are made once
 * and grow with the positions that are asked for; where angles depend on a text's length, there is
 * one of the step's own tokens.
 */
final class TurnTables implements AutoCloseable {

  private static final int FEWEST = 1024;

  private final NDManager owner;
  private final DecoderSteps operators;
  private final List<Rotary> rotaries;
  private final NDArray like;
  private final NDArray kinds; // (H + 2 Hkv) int64
  private final List<TensorList> made = new ArrayList<>();
  private int positions;

  TurnTables(
      NDManager owner,
      DecoderSteps operators,
      List<Rotary> rotaries,
      DecoderForm form,
      NDArray like) {
    this.owner = owner;
    this.operators = operators;
    this.rotaries = rotaries;
    this.like = like;
    long[] resting = new long[form.heads() + 2 * form.keyValueHeads()];
    Arrays.fill(resting, form.heads() + form.keyValueHeads(), resting.length, 1);
    this.kinds = Uploads.of(owner, resting);
    upTo(FEWEST - 1);
  }

  /** Whether tables hold the tokens of one step, instead of positions. */
  boolean ofOneStep() {
    return rotaries.stream().anyMatch(Rotary::dependsOnLength);
  }

  /** Tables of positions, at least as many as are asked for. */
  synchronized TensorList upTo(int last) {
    if (made.isEmpty() || positions <= last) {
      positions = Math.max(Math.max(FEWEST, 2 * positions), last + 1);
      try (NDManager scope = owner.newSubManager()) {
        NDArray all = Uploads.of(scope, LongStream.range(0, positions).toArray()); // (P)
        List<NDArray> tables = new ArrayList<>();
        for (Rotary rotary : rotaries) {
          NDArray frequencies = Uploads.of(scope, rotary.frequencies(0)); // (R / 2)
          NDArray table = operators.turns(scope, all, frequencies, rotary.factor(), like);
          table.attach(owner);
          tables.add(table);
        }
        tables.add(kinds);
        made.add(new TensorList(tables)); // those before may still be read
      }
    }
    return made.get(made.size() - 1);
  }

  /** Tables of the tokens of a step; closed by the caller. */
  TensorList of(NDManager scope, DecoderInput in, NDArray places) {
    List<NDArray> tables = new ArrayList<>();
    for (Rotary rotary : rotaries) {
      NDArray frequencies = Rotations.byLength(scope, in, rotary); // (N, R / 2)
      tables.add(operators.turns(scope, places, frequencies, rotary.factor(), like));
    }
    tables.add(kinds);
    return new TensorList(tables);
  }

  @Override
  public void close() {
    made.forEach(TensorList::close);
  }
}
