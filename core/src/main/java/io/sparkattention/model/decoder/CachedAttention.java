package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMask;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.Layout;
import io.sparkattention.attention.SinkWindowAttention;
import io.sparkattention.attention.Site;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.Angles;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.DecoderOperators;
import io.sparkattention.tensor.Uploads;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the keys and values of one forward pass into the cache, calls a mechanism on what the rows
 * then remember, and shows probes what it attended to.
 *
 * <p>Layers that slide are sparse by themselves: they read their window whatever the mechanism.
 */
final class CachedAttention {

  private final Attention mechanism;
  private final DecoderOperators operators;
  private final DecoderInput in;
  private final NDArray places; // (N) int64
  private final Rotations rotations;
  private final List<AttentionProbe> probes;
  private final boolean fresh;

  CachedAttention(
      Attention mechanism,
      DecoderOperators operators,
      DecoderInput in,
      NDArray places,
      Rotations rotations,
      List<AttentionProbe> probes) {
    this.mechanism = mechanism;
    this.operators = operators;
    this.in = in;
    this.places = places;
    this.rotations = rotations;
    this.probes = probes;
    this.fresh = in.fresh();
  }

  /** Whether the cache stores keys before rotation, since it will number them anew. */
  boolean rotatesKeysLater() {
    return in.cache().policy().numbering() == KvCachePolicy.Numbering.CACHE;
  }

  /**
   * Attends.
   *
   * @param qkv query (N, H, D), key and value (N, Hkv, D), rotated unless keys are rotated later
   * @return (N, H, D) in the scope
   */
  NDArray attend(NDManager scope, DecoderConfig.Layer layer, int index, NDList qkv) {
    NDArray query = qkv.get(0);
    NDArray key = qkv.get(1);
    NDArray value = qkv.get(2);
    in.cache().write(index, places, key, value);
    if (rotatesKeysLater() && layer.rotary().isPresent()) {
      Angles angles = rotations.ofTokens(layer.rotary().get());
      query = operators.rotate(scope, query, angles);
      key = operators.rotate(scope, key, angles);
    }
    Attention used = layer.window() > 0 ? new SinkWindowAttention(0, layer.window()) : mechanism;
    AttentionInput input =
        fresh ? packed(scope, layer, index, query, key, value) : padded(scope, layer, index, query);
    return attend(used, input);
  }

  private NDArray attend(Attention used, AttentionInput input) {
    List<AttentionProbe> watching =
        probes.stream().filter(probe -> probe.watches(input.site())).toList();
    if (watching.isEmpty() && fresh && used.layouts().contains(Layout.Kind.PACKED)) {
      return used.attend(input).output();
    }
    AttentionInput padded = input.padded();
    try (Attended attended = used.attend(padded)) {
      watching.forEach(probe -> probe.observe(padded, attended));
      return AttentionArrays.on(input.scope())
          .pack(input.scope(), attended.output(), in.batch().offsets()); // (N, H, D)
    }
  }

  /** The tokens see nothing but themselves: no row has read anything before. */
  private AttentionInput packed(
      NDManager scope,
      DecoderConfig.Layer layer,
      int index,
      NDArray query,
      NDArray key,
      NDArray value) {
    return new AttentionInput(
        query,
        key,
        value,
        layer.scale(),
        Layout.Packed.of(in.batch().offsets()),
        AttentionMask.self(Direction.CAUSAL, in.batch().lengths()),
        null,
        new Site(index, Site.Kind.SELF, Site.Phase.PREFILL),
        scope);
  }

  /** The tokens see what their rows remember, which includes themselves by now. */
  private AttentionInput padded(
      NDManager scope, DecoderConfig.Layer layer, int index, NDArray query) {
    int[] keyLengths = in.keyLengths();
    int keys = Arrays.stream(keyLengths).max().orElse(0);
    NDList view = in.cache().view(scope, index, keys); // (rows, Hkv, S, D) each
    NDArray key = ofRows(scope, view.get(0)); // (B, Hkv, S, D)
    NDArray value = ofRows(scope, view.get(1)); // (B, Hkv, S, D)
    if (rotatesKeysLater() && layer.rotary().isPresent()) {
      key = operators.rotate(scope, key, rotations.ofPlaces(layer.rotary().get(), keys));
    }
    int queries = in.batch().longest();
    NDArray padded =
        AttentionArrays.on(scope).pad(scope, query, in.batch().offsets(), queries); // (B, H, T, D)
    Site.Phase phase = queries == 1 ? Site.Phase.DECODE : Site.Phase.PREFILL;
    return new AttentionInput(
        padded,
        key,
        value,
        layer.scale(),
        new Layout.Padded(in.rows().length, queries, keys),
        new AttentionMask(Direction.CAUSAL, in.cached(), in.batch().lengths(), keyLengths),
        null,
        new Site(index, Site.Kind.SELF, phase),
        scope);
  }

  private NDArray ofRows(NDManager scope, NDArray all) {
    boolean every = in.rows().length == in.cache().rows();
    for (int i = 0; every && i < in.rows().length; i++) {
      every = in.rows()[i] == i;
    }
    long[] rows = Arrays.stream(in.rows()).asLongStream().toArray();
    return every ? all : operators.pick(scope, all, Uploads.of(scope, rows));
  }
}
