package io.sparkattention.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a model family reads its weights with: it says all that it needs, then checks once.
 *
 * <pre>{@code
 * try (WeightReader weights = WeightReader.open(directory)) {
 *   weights.require("embeddings.word_embeddings.weight", vocabulary, hidden);
 *   weights.require("embeddings.LayerNorm.weight", hidden);
 *   weights.ignore("pooler\\..*");
 *   weights.check(); // one error lists every tensor that is missing or has another shape
 *   NDArray words = weights.create(manager, "embeddings.word_embeddings.weight");
 * }
 * }</pre>
 */
public final class WeightReader implements AutoCloseable {

  /** In {@link #require}, a dimension of any size. */
  public static final long ANY = -1;

  /** Names of tensors in a message. */
  private static final int SHOWN = 5;

  private static final Logger LOG = LoggerFactory.getLogger(WeightReader.class);

  private final WeightStore store;
  private final List<String> problems = new ArrayList<>();
  private final Set<String> expected = new TreeSet<>();
  private final List<Pattern> ignored = new ArrayList<>();
  private boolean othersRefused;
  private boolean finite;

  /** Reads from a store, which it closes when it is closed. */
  public WeightReader(WeightStore store) {
    this.store = store;
  }

  /** Reads from the checkpoint in a model directory. */
  public static WeightReader open(Path directory) throws IOException {
    return new WeightReader(WeightStores.open(directory));
  }

  /**
   * Notes that a tensor is needed and which shape it must have.
   *
   * @param shape its dimensions; {@link #ANY} stands for any size
   */
  public void require(String name, long... shape) {
    if (store.names().contains(name)) {
      expect(name, shape);
    } else {
      problems.add("tensor %s %s is missing".formatted(name, Arrays.toString(shape)));
    }
  }

  /**
   * Notes that a tensor is used if it is there; then its shape is checked as in {@link #require}.
   *
   * @return whether it is there
   */
  public boolean offer(String name, long... shape) {
    boolean there = store.names().contains(name);
    if (there) {
      expect(name, shape);
    }
    return there;
  }

  /** Notes that tensors whose whole name matches the expression are no surprise. */
  public void ignore(String nameExpression) {
    ignored.add(Pattern.compile(nameExpression));
  }

  /** Makes it a problem if there are tensors that are neither needed nor ignored. */
  public void refuseOthers() {
    othersRefused = true;
  }

  /** Has {@link #create} refuse tensors with numbers that are not finite. */
  public void requireFinite() {
    finite = true;
  }

  /** Adds a reason to fail that only the model knows. */
  public void reject(String problem) {
    problems.add(problem);
  }

  /**
   * Fails if anything that was required is missing or has another shape, and logs what nobody asked
   * for, or fails for it too.
   *
   * @throws CheckpointException with every problem
   */
  public void check() {
    Set<String> unexpected = unexpected();
    if (othersRefused && !unexpected.isEmpty()) {
      String more = unexpected.size() > SHOWN ? " and others" : "";
      problems.add(
          "%d tensors are of no use to this architecture, such as %s%s: the checkpoint is of another"
                  .formatted(
                      unexpected.size(),
                      String.join(", ", unexpected.stream().limit(SHOWN).toList()),
                      more)
              + " one, or has parts that would be left out");
    }
    CheckpointException.throwIfAny(store, problems);
    if (!unexpected.isEmpty()) {
      LOG.warn("{}: {} tensors are not used: {}", store, unexpected.size(), unexpected);
    }
  }

  /** The tensors that are neither needed nor ignored, sorted. */
  public Set<String> unexpected() {
    Set<String> unexpected = new TreeSet<>(store.names());
    unexpected.removeAll(expected);
    unexpected.removeIf(
        name -> ignored.stream().anyMatch(pattern -> pattern.matcher(name).matches()));
    return unexpected;
  }

  /** The names of all tensors, sorted. */
  public Set<String> names() {
    return store.names();
  }

  /** Where the tensors come from. */
  public WeightStore store() {
    return store;
  }

  /**
   * The tensor as float32 on the manager's device, in memory of its own.
   *
   * @throws IllegalArgumentException if there is no such tensor, or it is not of floating point
   * @throws CheckpointException if numbers that are not finite are refused, and it holds some
   */
  public NDArray create(NDManager manager, String name) {
    NDArray array = FloatArrays.create(manager, store, name);
    if (finite && array.size() > 0 && !isFinite(array)) {
      array.close();
      throw new CheckpointException(
          store.toString(),
          List.of(
              "tensor "
                  + name
                  + " holds NaN or infinity: the file is damaged, or training has diverged"));
    }
    return array;
  }

  /** The largest and the smallest number are NaN where any is. */
  private static boolean isFinite(NDArray array) {
    try (NDArray most = array.max();
        NDArray least = array.min()) {
      return Float.isFinite(most.getFloat()) && Float.isFinite(least.getFloat());
    }
  }

  @Override
  public void close() {
    store.close();
  }

  private void expect(String name, long[] shape) {
    expected.add(name);
    TensorInfo info = store.info(name);
    if (!matches(info.shape(), shape)) {
      problems.add(
          "tensor %s has the shape %s, but must have %s"
              .formatted(name, Arrays.toString(info.shape()), Arrays.toString(shape)));
    }
    if (!info.type().isFloat()) {
      problems.add(
          "tensor %s has elements of type %s, but must have floats".formatted(name, info.type()));
    }
  }

  private static boolean matches(long[] given, long[] expected) {
    boolean same = given.length == expected.length;
    for (int i = 0; same && i < given.length; i++) {
      same = expected[i] == ANY || given[i] == expected[i];
    }
    return same;
  }
}
