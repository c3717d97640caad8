package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.CacheSize;
import io.sparkattention.tensor.DecoderSteps;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The keys and values of the tokens that some sequences have read, one row a sequence, all layers.
 * Rows are written in place, left-aligned; they are as long as they are, and can be cleared,
 * reordered and repeated.
 *
 * <p>A forward pass asks for {@link #places}, writes each layer, and ends with {@link #advance}.
 * One that may have to drop keys is a {@link #pass}. One thread at a time.
 */
public final class KvCache implements AutoCloseable {

  private static final int FEWEST_PLACES = 16;

  private final NDManager owner;
  private final CacheShape shape;
  private final KvCachePolicy policy;
  private final NDArray like;
  private CacheArrays arrays;
  private SharedKeys shared; // null while rows share nothing
  private OtherHeads others; // null where this holds all heads
  private RowCompanion companion; // null until it is asked for
  private int capacity;
  private int[] lengths;
  private long[] read;

  /**
   * An empty cache.
   *
   * @param parent its memory is a sub-manager of this one
   * @param like an array in the precision and on the device of the model; must stay open
   * @param rows number of sequences
   * @param capacity places of a row; more are made where they are needed
   */
  public KvCache(
      NDManager parent,
      NDArray like,
      CacheShape shape,
      KvCachePolicy policy,
      int rows,
      int capacity) {
    this.owner = parent.newSubManager();
    this.shape = shape;
    this.policy = policy;
    this.capacity = capacity;
    this.lengths = new int[rows];
    this.read = new long[rows];
    this.like = like;
    this.arrays = arrays(rows, capacity);
  }

  private CacheArrays arrays(int rows, int places) {
    return new CacheArrays(
        owner,
        policy,
        like,
        new CacheSize(shape.layers(), rows, places, shape.keyValueHeads(), shape.headSize()));
  }

  /** Leaves some heads to another cache of as many rows, which follows this one from now on. */
  public void join(OtherHeads heads) {
    others = heads;
  }

  /** The heads that another cache holds, where this does not hold all. */
  public Optional<OtherHeads> others() {
    return Optional.ofNullable(others);
  }

  /** Which keys stay. */
  public KvCachePolicy policy() {
    return policy;
  }

  /** Number of sequences. */
  public int rows() {
    return lengths.length;
  }

  /** Places of a row. */
  public int capacity() {
    return capacity;
  }

  /** How many keys a row holds for itself. */
  public int length(int row) {
    return lengths[row];
  }

  /** How many tokens a row has read, those included whose keys were dropped. */
  public long read(int row) {
    return read[row];
  }

  /** The position of the next token of a row, as the policy numbers them. */
  public int nextPosition(int row) {
    return policy.numbering() == KvCachePolicy.Numbering.CACHE
        ? lengths[row]
        : Math.toIntExact(read[row]);
  }

  /**
   * Begins a forward pass, and makes room for it.
   *
   * @param scope owns what the pass needs; open until its end
   * @param rows different rows
   * @param counts how many tokens each of them is about to read
   */
  public CachePass pass(NDManager scope, int[] rows, int[] counts) {
    return new CachePass(this, scope, rows, counts);
  }

  CacheArrays arrays() {
    return arrays;
  }

  /** Key and value heads that this holds. */
  public int heads() {
    return shape.keyValueHeads();
  }

  /** What keys, values and all that is known of them take. */
  public long bytes() {
    return arrays.bytes() + (others == null ? 0 : others.cache().bytes());
  }

  /**
   * Where the next tokens of some rows go, among all places; makes room for them.
   *
   * @param rows different rows
   * @param counts how many tokens each of them is about to read
   * @return one place a token, row after row
   */
  public long[] places(int[] rows, int[] counts) {
    int longest = 0;
    for (int i = 0; i < rows.length; i++) {
      longest = Math.max(longest, lengths[rows[i]] + counts[i]);
    }
    if (longest > capacity) {
      int more = Math.max(longest, capacity + capacity / 2);
      arrays.widen(more);
      capacity = more;
    }
    long[] places = new long[Arrays.stream(counts).sum()];
    int next = 0;
    for (int i = 0; i < rows.length; i++) {
      long first = (long) rows[i] * capacity + lengths[rows[i]];
      for (int j = 0; j < counts[i]; j++) {
        places[next++] = first + j;
      }
    }
    return places;
  }

  /**
   * Writes keys and values of a layer.
   *
   * @param places (N) int64, of {@link #places}
   * @param key (N, Hkv, D)
   * @param value (N, Hkv, D)
   */
  public void write(int layer, NDArray places, NDArray key, NDArray value) {
    arrays.write(layer, places, key, value);
  }

  /**
   * Keys and values of the first places of all rows.
   *
   * @return two arrays (rows, Hkv, keys, D)
   */
  public NDList view(NDManager scope, int layer, int keys) {
    return arrays.view(scope, layer, keys);
  }

  /**
   * What is stored, for operators that write it themselves.
   *
   * @return (layers, rows, capacity, 2 · Hkv, D), keys before values, or null where it is not
   *     stored in the model's precision
   */
  public NDArray stored() {
    return arrays.stored();
  }

  /**
   * Whether a step may read and write it in place: every row holds something, and keeps all that it
   * has read, in the model's precision.
   */
  public boolean isReadInPlace() {
    boolean begun = shared != null || Arrays.stream(lengths).allMatch(length -> length > 0);
    return begun && others == null && mayBeReadInPlace(policy);
  }

  /** Whether a cache under a policy stores what steps read and write in place. */
  public static boolean mayBeReadInPlace(KvCachePolicy policy) {
    return policy.storage() == CacheStorage.MODEL && !policy.drops();
  }

  /**
   * Lets several rows, side by side, go on from each: what was read so far is kept once, and a row
   * holds for itself only what it reads from now on. Such a cache must be read in place, and its
   * rows must read equally many tokens.
   */
  public void share(int rowsPerText) {
    if (shared != null || !isReadInPlace()) {
      throw new IllegalStateException("only a cache that is read in place can be shared, and once");
    }
    int longest = Arrays.stream(lengths).max().orElse(0);
    long[] readBefore = read;
    forgetCompanion();
    shared = new SharedKeys(owner, arrays, lengths, rowsPerText);
    lengths = new int[rowsPerText * lengths.length];
    read = new long[lengths.length];
    Arrays.setAll(read, row -> readBefore[row / rowsPerText]);
    capacity = ownCapacity(capacity, longest);
    arrays = arrays(lengths.length, capacity);
  }

  /** Places that rows have for themselves once they share what was read. */
  public static int ownCapacity(int capacity, int shared) {
    return Math.max(FEWEST_PLACES, capacity - shared);
  }

  /** What neighbouring rows share, as steps take it; empty where they share nothing. */
  public Optional<DecoderSteps.Shared> shared() {
    return Optional.ofNullable(shared).map(SharedKeys::bound);
  }

  /**
   * What is known of the keys beside them: made on the first call, told what becomes of the rows,
   * and closed with this.
   *
   * @param create makes it below a manager that this cache owns
   * @throws ClassCastException if this cache has a companion of another type
   */
  public <C extends RowCompanion> C companion(Class<C> type, Function<NDManager, C> create) {
    if (companion == null) {
      companion = create.apply(owner);
    }
    return type.cast(companion);
  }

  /** Counts the tokens that some rows have read; no row holds more than the policy keeps. */
  public void advance(int[] rows, int[] counts) {
    for (int i = 0; i < rows.length; i++) {
      lengths[rows[i]] += counts[i];
      read[rows[i]] += counts[i];
    }
    if (companion != null && Arrays.stream(lengths).anyMatch(each -> each > policy.budget())) {
      IntStream.range(0, rows()).forEach(companion::clear);
    }
    lengths = Arrays.stream(lengths).map(each -> Math.min(each, policy.budget())).toArray();
    if (others != null) {
      others.cache().advance(rows, counts);
    }
  }

  /** Forgets what a row has read. */
  public void clear(int row) {
    if (shared != null) {
      throw new IllegalStateException("row " + row + " shares what it has read");
    }
    lengths[row] = 0;
    read[row] = 0;
    if (others != null) {
      others.cache().clear(row);
    }
    if (companion != null) {
      companion.clear(row);
    }
  }

  /**
   * Makes this a cache of some of its rows, in any order, any of them repeated. What is stored
   * stays the same array where there are as many rows as before.
   */
  public void select(int[] rows) {
    arrays.select(rows, rows(), Arrays.stream(lengths).max().orElse(0));
    if (shared != null) {
      shared.select(rows);
    }
    if (others != null) {
      others.cache().select(rows);
    }
    int[] lengthsBefore = lengths;
    long[] readBefore = read;
    lengths = Arrays.stream(rows).map(row -> lengthsBefore[row]).toArray();
    read = Arrays.stream(rows).mapToLong(row -> readBefore[row]).toArray();
    if (companion != null) {
      companion.select(rows);
    }
  }

  private void forgetCompanion() {
    if (companion != null) {
      companion.close();
      companion = null;
    }
  }

  @Override
  public void close() {
    forgetCompanion();
    if (shared != null) {
      shared.close();
    }
    if (others != null) {
      others.cache().close();
    }
    owner.close();
  }
}
