package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Few layers read all keys and choose those that get most attention; the layers behind them read
 * the same positions. TidalDecode (arXiv:2410.05076).
 *
 * <p>The first layers and those that choose are dense. The choice stands in the memory of the
 * batch; without one, a layer chooses for itself. Queries of a text that is read at once choose in
 * blocks, and read their own positions too.
 */
@Described(
    summary = "Positions that a few dense layers choose are read by the layers behind them",
    source = "TidalDecode, arXiv:2410.05076")
public record PositionPersistentAttention(
    @Default(value = "1024", means = "keys that are chosen") int k,
    @Default(value = "2", means = "first layers that are dense; the one behind them chooses")
        int dense,
    @Default(value = "13", means = "layer that chooses anew; 0 for none") int again,
    @Default(value = "64", means = "neighbouring queries that choose together") int rows)
    implements Attention {

  public PositionPersistentAttention {
    new OptionCheck()
        .atLeast(1, "k", k)
        .atLeast(0, "dense", dense)
        .atLeast(0, "again", again)
        .atLeast(1, "rows", rows)
        .done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return Reasons.unbiased("position-persistent", shape);
  }

  @Override
  public Attended attend(AttentionInput in) {
    int layer = in.site().layer();
    if (layer < dense || k >= in.key().getShape().get(2)) {
      return new DenseAttention().attend(in);
    }
    if (in.memory() == null) {
      ChosenKeys keys = new ChosenKeys(in, in.scope().newSubManager());
      return keys.attend(rows, (scope, span) -> keys.best(scope, in.query(), in.key(), span, k));
    }
    Site place = new Site(0, in.site().kind(), in.site().phase());
    Positions positions = in.memory().of(this, place, Positions.class, Positions::new);
    if (layer == dense || layer == again || !positions.areOf(in)) {
      try (NDManager scope = in.scope().newSubManager()) {
        ChosenKeys keys = new ChosenKeys(in, scope);
        List<NDArray> chosen = new ArrayList<>();
        keys.spans(rows)
            .forEach(span -> chosen.add(keys.best(scope, in.query(), in.key(), span, k)));
        positions.keep(in, chosen);
      }
      return new DenseAttention().attend(in);
    }
    ChosenKeys keys = new ChosenKeys(in, in.scope().newSubManager());
    return keys.attend(rows, (scope, span) -> positions.of(span.from() / rows));
  }

  /** What a layer chose in this pass, for the layers behind it. */
  private static final class Positions implements AttentionMemory.Kept {

    private final NDManager owner;
    private final List<NDArray> chosen = new ArrayList<>(); // (B, Hkv, K) int64 a block of queries
    private AttentionMask mask;
    private Layout layout;

    Positions(NDManager owner) {
      this.owner = owner;
    }

    void keep(AttentionInput in, List<NDArray> places) {
      forget();
      places.forEach(each -> each.attach(owner));
      chosen.addAll(places);
      mask = in.mask();
      layout = in.layout();
    }

    NDArray of(int block) {
      return chosen.get(block);
    }

    /** Whether they were chosen for the same queries and keys. */
    boolean areOf(AttentionInput in) {
      return mask != null
          && in.layout().equals(layout)
          && in.mask().direction() == mask.direction()
          && Arrays.equals(in.mask().queryOffsets(), mask.queryOffsets())
          && Arrays.equals(in.mask().keyLengths(), mask.keyLengths());
    }

    private void forget() {
      chosen.forEach(NDArray::close);
      chosen.clear();
      mask = null;
    }

    @Override
    public void select(int[] rows) {
      forget();
    }

    @Override
    public void clear(int row) {
      forget();
    }
  }
}
