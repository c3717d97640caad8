package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMask;
import io.sparkattention.attention.AttentionMemory;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.Layout;
import io.sparkattention.attention.PositionBias;
import io.sparkattention.attention.Rotation;
import io.sparkattention.attention.SinkWindowAttention;
import io.sparkattention.attention.Site;
import io.sparkattention.kvcache.CachePass;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.DroppedKeyOperators;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the keys and values of one forward pass into the cache, calls a mechanism on what the rows
 * then remember, and shows probes what it attended to.
 *
 * <p>Layers that slide read their window where the mechanism is dense, which stands for what a
 * model was trained with; any other takes the place of that.
 */
public final class CachedAttention {

  private final Attention mechanism;
  private final DecoderInput in;
  private final CachePass pass;
  private final List<AttentionProbe> probes;
  private final AttentionMemory memory; // null where the mechanism keeps nothing
  private final CachedAttention others; // null where the cache holds all heads
  private final boolean fresh;
  private final int longest; // keys of the longest row

  /** How heads are rotated where the cache numbers keys anew. */
  public interface HeadRotation {

    /** Rotates the heads (N, heads, D) of the tokens that are read. */
    NDArray ofTokens(NDManager scope, NDArray heads);

    /** Rotates the keys (B, Hkv, S, D) of the first places of a cache. */
    NDArray ofPlaces(NDManager scope, NDArray keys);
  }

  /**
   * What a layer asks for.
   *
   * @param window tokens that a token sees, its own included; 0 for all
   * @param rotation null where heads are not rotated, or are rotated already
   * @param bias null where the layer adds none
   * @param turn how heads turn from one position to another; null where nobody can say
   */
  public record Call(
      int layer,
      int window,
      double scale,
      HeadRotation rotation,
      PositionBias bias,
      Rotation turn) {}

  /**
   * @param pass of the cache
   * @param probes shown what was attended to
   */
  public CachedAttention(
      Attention mechanism, DecoderInput in, CachePass pass, List<AttentionProbe> probes) {
    this.mechanism = mechanism;
    this.in = in;
    this.pass = pass;
    this.probes = probes;
    this.others =
        in.cache()
            .others()
            .map(
                heads ->
                    new CachedAttention(
                        mechanism, in.of(heads.cache()), pass.others().orElseThrow(), probes))
            .orElse(null);
    this.fresh = in.fresh();
    this.memory = mechanism instanceof DenseAttention ? null : memory();
    this.longest = Arrays.stream(in.keyLengths()).max().orElse(0);
  }

  /**
   * Checks that probes can be shown what is read from a cache.
   *
   * @throws IllegalArgumentException if they cannot
   */
  static void requireWatchable(KvCache cache, List<AttentionProbe> probes) {
    if (cache.others().isPresent() && !probes.isEmpty()) {
      throw new IllegalArgumentException(
          "heads in caches of their own cannot be watched together: use a policy that does not"
              + " split them");
    }
  }

  /** That of the cache where all its rows are read in their order, otherwise one of this pass. */
  private AttentionMemory memory() {
    return everyRow() ? RowMemory.of(in.cache()) : new AttentionMemory(pass.scope());
  }

  /** Whether the cache stores keys before rotation, since it will number them anew. */
  public boolean rotatesKeysLater() {
    return in.cache().policy().numbering() == KvCachePolicy.Numbering.CACHE;
  }

  /**
   * Attends.
   *
   * @param qkv query (N, H, D), key and value (N, Hkv, D), rotated unless keys are rotated later
   * @return (N, H, D) in the scope
   */
  public NDArray attend(NDManager scope, Call call, NDList qkv) {
    return others == null
        ? attendAll(scope, call, qkv)
        : SplitHeads.attend(
            scope,
            in.cache(),
            call.layer(),
            qkv,
            some -> new NDList(attendAll(scope, call, some)),
            some -> new NDList(others.attendAll(scope, call, some)));
  }

  private NDArray attendAll(NDManager scope, Call call, NDList qkv) {
    NDArray query = qkv.get(0);
    NDArray key = qkv.get(1);
    NDArray value = qkv.get(2);
    if (!pass.writesLess()) {
      pass.write(call.layer(), key, value);
    }
    if (call.rotation() != null) {
      query = call.rotation().ofTokens(scope, query);
      key = call.rotation().ofTokens(scope, key);
    }
    AttentionInput input =
        (fresh ? packed(scope, call, query, key, value) : padded(scope, call, query))
            .withRotation(call.turn());
    Attention own = mechanism.at(input.site(), Direction.CAUSAL);
    boolean slides = call.window() > 0 && call.window() < longest && own instanceof DenseAttention;
    Attention used = slides ? new SinkWindowAttention(0, call.window()) : own;
    CacheEvidence evidence = new CacheEvidence(pass.evidence(), in.batch().lengths());
    NDArray dropped = // (B, Hkv, 2 · D + 1)
        fresh || call.window() > 0 ? null : pass.dropped(scope, call.layer()).orElse(null);
    NDArray attended =
        dropped != null
            ? compensated(used, input.withMemory(memory), dropped)
            : SeamCall.attend(
                used,
                input.withMemory(memory),
                in.batch().offsets(),
                evidence.beside(probes)); // (N, H, D)
    if (pass.writesLess()) {
      NDArray keys = padded(scope, qkv.get(1)); // (B, Hkv, T, D)
      NDArray values = padded(scope, qkv.get(2)); // (B, Hkv, T, D)
      pass.writeChosen(call.layer(), call.window(), keys, values, evidence.mass());
    } else {
      pass.settle(call.layer(), call.window(), evidence.mass());
    }
    return attended;
  }

  /** As {@link SeamCall}, and reads the mean of what was dropped; nobody watches. */
  private NDArray compensated(Attention used, AttentionInput input, NDArray dropped) {
    NDManager scope = input.scope();
    try (Attended kept = used.attend(input);
        NDArray both =
            DroppedKeyOperators.on(scope)
                .compensated(
                    scope,
                    new Result(kept.output(), kept.logSumExp()),
                    input.query(),
                    dropped,
                    input.scale())) { // (B, H, T, D)
      return AttentionArrays.on(scope).pack(scope, both, in.batch().offsets()); // (N, H, D)
    }
  }

  private NDArray padded(NDManager scope, NDArray heads) {
    return AttentionArrays.on(scope).pad(scope, heads, in.batch().offsets(), in.batch().longest());
  }

  /** The tokens see nothing but themselves: no row has read anything before. */
  private AttentionInput packed(
      NDManager scope, Call call, NDArray query, NDArray key, NDArray value) {
    return new AttentionInput(
        query,
        key,
        value,
        call.scale(),
        Layout.Packed.of(in.batch().offsets()),
        AttentionMask.self(Direction.CAUSAL, in.batch().lengths()).broken(in.breaks()),
        call.bias(),
        new Site(call.layer(), Site.Kind.SELF, Site.Phase.PREFILL),
        scope);
  }

  /** The tokens see what their rows remember, which includes themselves by now. */
  private AttentionInput padded(NDManager scope, Call call, NDArray query) {
    NDList view = in.cache().view(scope, call.layer(), longest); // (rows, Hkv, S, D) each
    NDArray key = ofRows(scope, view.get(0)); // (B, Hkv, S, D)
    NDArray value = ofRows(scope, view.get(1)); // (B, Hkv, S, D)
    if (call.rotation() != null) {
      key = call.rotation().ofPlaces(scope, key);
    }
    int queries = in.batch().longest();
    NDArray padded = padded(scope, query); // (B, H, T, D)
    Site.Phase phase = queries == 1 ? Site.Phase.DECODE : Site.Phase.PREFILL;
    return new AttentionInput(
        padded,
        key,
        value,
        call.scale(),
        new Layout.Padded(in.rows().length, queries, longest),
        new AttentionMask(Direction.CAUSAL, in.cached(), in.batch().lengths(), in.keyLengths()),
        call.bias(),
        new Site(call.layer(), Site.Kind.SELF, phase),
        scope);
  }

  private boolean everyRow() {
    boolean every = in.rows().length == in.cache().rows();
    for (int i = 0; every && i < in.rows().length; i++) {
      every = in.rows()[i] == i;
    }
    return every;
  }

  private NDArray ofRows(NDManager scope, NDArray all) {
    long[] rows = Arrays.stream(in.rows()).asLongStream().toArray();
    return everyRow() ? all : AttentionArrays.on(scope).pick(scope, all, rows);
  }
}
