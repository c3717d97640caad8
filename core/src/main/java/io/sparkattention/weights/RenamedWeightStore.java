package io.sparkattention.weights;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A store whose tensors have other names. */
final class RenamedWeightStore implements WeightStore {

  private final WeightStore store;
  private final SortedMap<String, String> stored; // presented name -> name in the store

  private RenamedWeightStore(WeightStore store, SortedMap<String, String> stored) {
    this.store = store;
    this.stored = stored;
  }

  /** The store itself if no name changes; closes it if two names would become the same. */
  static WeightStore of(WeightStore store, UnaryOperator<String> rename) {
    SortedMap<String, String> stored = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    for (String name : store.names()) {
      String other = stored.put(rename.apply(name), name);
      if (other != null) {
        problems.add(
            "the tensors %s and %s are both called %s".formatted(other, name, rename.apply(name)));
      }
    }
    if (!problems.isEmpty()) {
      store.close();
      throw new CheckpointException(store.toString(), problems);
    }
    boolean same = stored.entrySet().stream().allMatch(e -> e.getKey().equals(e.getValue()));
    return same ? store : new RenamedWeightStore(store, stored);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(stored.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = store.info(storedName(name));
    return new TensorInfo(name, info.type(), info.shape());
  }

  @Override
  public ByteBuffer bytes(String name) {
    return store.bytes(storedName(name));
  }

  @Override
  public Map<String, String> metadata() {
    return store.metadata();
  }

  @Override
  public void close() {
    store.close();
  }

  @Override
  public String toString() {
    return store.toString();
  }

  private String storedName(String name) {
    String found = stored.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "%s has no tensor %s; it has %s".formatted(this, name, stored.keySet()));
    }
    return found;
  }
}
