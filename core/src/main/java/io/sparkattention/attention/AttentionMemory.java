package io.sparkattention.attention;

import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What mechanisms keep of some sequences between layers and between steps, such as summaries of
 * keys or places that an earlier layer chose. It belongs to the batch: whoever reorders, begins
 * anew or closes its rows tells it. One thread at a time.
 */
public final class AttentionMemory implements AutoCloseable {

  /**
   * What a mechanism keeps at one place of the model. Its arrays belong to the manager that it was
   * made with.
   */
  public interface Kept {

    /** Keeps some rows, in any order, any of them repeated. */
    void select(int[] rows);

    /** Forgets what a row has read. */
    void clear(int row);
  }

  private record Place(Attention mechanism, int layer, Site.Kind kind) {}

  private final NDManager owner;
  private final Map<Place, Kept> kept = new HashMap<>();

  /**
   * @param parent its arrays are in a sub-manager of this one
   */
  public AttentionMemory(NDManager parent) {
    this.owner = parent.newSubManager();
  }

  /**
   * What a mechanism keeps at a layer.
   *
   * @param create makes it when it is asked for the first time
   * @throws ClassCastException if the mechanism keeps something else there
   */
  public <K extends Kept> K of(
      Attention mechanism, Site site, Class<K> type, Function<NDManager, K> create) {
    Place place = new Place(mechanism, site.layer(), site.kind());
    return type.cast(kept.computeIfAbsent(place, missing -> create.apply(owner)));
  }

  /** Keeps some rows, in any order, any of them repeated. */
  public void select(int[] rows) {
    kept.values().forEach(each -> each.select(rows));
  }

  /** Forgets what a row has read. */
  public void clear(int row) {
    kept.values().forEach(each -> each.clear(row));
  }

  @Override
  public void close() {
    kept.clear();
    owner.close();
  }
}
