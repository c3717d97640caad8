package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.PositionBias;
import io.sparkattention.attention.Rotation;
import io.sparkattention.kvcache.CachePass;
import io.sparkattention.kvcache.CacheShape;
import io.sparkattention.kvcache.CacheStorage;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.Angles;
import io.sparkattention.tensor.DecoderLayerWeights;
import io.sparkattention.tensor.DecoderOperators;
import io.sparkattention.tensor.DecoderPart;
import io.sparkattention.tensor.StepRecording;
import io.sparkattention.tensor.Uploads;
import io.sparkattention.text.TokenBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A stack of pre-norm layers that reads tokens from left to right and remembers them in a {@link
 * KvCache}. A layer is two scripted halves with the mechanism between them; where the mechanism is
 * dense, nobody watches and every row reads one more token, all layers join in one call.
 */
public final class Decoder implements AutoCloseable {

  private final DecoderConfig config;
  private final DecoderWeights weights;
  private final DecoderOperators operators;
  private final Attention attention;
  private final LineBreaks lines;
  private final NextTokens nextTokens; // null where the mechanism is not dense, or adds a bias

  Decoder(
      DecoderConfig config,
      DecoderWeights weights,
      DecoderOperators operators,
      Attention attention,
      LineBreaks lines) {
    this(
        config,
        weights,
        operators,
        attention,
        lines,
        attention instanceof DenseAttention && config.slopes().isEmpty()
            ? NextTokens.of(config, weights, operators)
            : null);
  }

  private Decoder(
      DecoderConfig config,
      DecoderWeights weights,
      DecoderOperators operators,
      Attention attention,
      LineBreaks lines,
      NextTokens nextTokens) {
    this.config = config;
    this.weights = weights;
    this.operators = operators;
    this.attention = attention;
    this.lines = lines;
    this.nextTokens = nextTokens;
  }

  /**
   * The same weights read by another mechanism. It belongs to this decoder: whoever asks for it
   * does not close it.
   */
  Decoder withAttention(Attention other) {
    return new Decoder(config, weights, operators, other, lines, null);
  }

  /** What can be said of its attention before anything is read. */
  AttentionShape attentionShape() {
    return config.attentionShape(operators.precision(), operators.device());
  }

  /** What its layers attend by: what was asked for, or the windows that they were trained with. */
  Attention mechanism() {
    return config.mechanism(attention);
  }

  /** What its {@code config.json} says. */
  public DecoderConfig config() {
    return config;
  }

  /** Owns what lives as long as the model; forward passes open their own scope below it. */
  public NDManager owner() {
    return weights.owner();
  }

  /**
   * An empty cache for this model.
   *
   * @param rows number of sequences
   * @param capacity tokens of the longest of them; more room is made where it is needed
   */
  public KvCache newCache(NDManager parent, KvCachePolicy policy, int rows, int capacity) {
    return policy
        .split()
        .map(
            split ->
                SplitHeads.caches(
                    split,
                    config.cacheShape(),
                    (shape, own) -> newCache(parent, shape, own, rows, own.places(capacity))))
        .orElseGet(() -> newCache(parent, config.cacheShape(), policy, rows, capacity));
  }

  private KvCache newCache(
      NDManager parent, CacheShape shape, KvCachePolicy policy, int rows, int capacity) {
    return new KvCache(parent, weights.norm(), shape, policy, rows, capacity);
  }

  /** Every reason why its heads cannot be split as a policy asks; empty if they can. */
  List<String> unsupportedReasons(KvCachePolicy policy) {
    return policy
        .split()
        .map(split -> SplitHeads.unsupportedReasons(split, attention, attentionShape()))
        .orElseGet(() -> DroppedKeys.unsupportedReasons(attention, config.layers().size(), policy));
  }

  /**
   * Reads tokens.
   *
   * @param scope owns the result
   * @param batch the next tokens of some rows, at least one each
   * @param cache what the rows have read before; knows these tokens afterwards
   * @param rows the row of each sequence
   * @param probes shown what every layer attended to; with none, attention runs at full speed
   * @return the activations after the last layer, before its norm: (N, hidden)
   * @throws IllegalArgumentException before anything reaches the device, if an id is outside the
   *     vocabulary or a text has more tokens than there are positions
   */
  public NDArray read(
      NDManager scope, TokenBatch batch, KvCache cache, int[] rows, List<AttentionProbe> probes) {
    return run(scope, new DecoderInput(batch, cache, rows, lines.in(batch)), probes, hidden -> {});
  }

  /** Where lines end among tokens. */
  LineBreaks lines() {
    return lines;
  }

  /** How heads are rotated at some positions, (N) int64, of texts of any length. */
  Rotations rotations(NDManager scope, NDArray positions) {
    return new Rotations(scope, operators, null, positions, weights.norm());
  }

  /**
   * Reads one more token in every row.
   *
   * @param ids one for each row of the cache
   * @param probes shown what every layer attended to; with none, all layers run in one call where
   *     mechanism and cache allow it
   * @param recording of the steps of this cache
   * @return how likely each token comes next: (rows, vocabulary) float32, unnormalized
   */
  public NDArray next(
      NDManager scope,
      int[] ids,
      KvCache cache,
      List<AttentionProbe> probes,
      StepRecording recording) {
    DecoderInput in = DecoderInput.step(ids, cache);
    if (nextTokens != null && probes.isEmpty() && cache.isReadInPlace()) {
      in.check(config.vocabSize(), embeddedPositions());
      return nextTokens.read(scope, in, recording);
    }
    try (NDManager local = scope.newSubManager()) {
      NDArray hidden = run(local, in, probes, each -> {}); // (rows, hidden)
      return logits(scope, hidden, LongStream.range(0, ids.length).toArray());
    }
  }

  /**
   * Whether {@link #next} over a cache can read what rows share where it is kept once.
   *
   * @param tokens the most that a row may come to
   */
  boolean shares(KvCache cache, int tokens, List<AttentionProbe> probes) {
    return nextTokens != null
        && probes.isEmpty()
        && cache.isReadInPlace()
        && nextTokens.sharesUpTo(tokens);
  }

  /**
   * Whether a cache could be shared by rows that nobody watches.
   *
   * @param tokens the most that a row may come to
   */
  boolean mayShare(KvCachePolicy policy, int tokens) {
    return nextTokens != null
        && KvCache.mayBeReadInPlace(policy)
        && NextTokens.rotaries(config).stream().noneMatch(Rotary::dependsOnLength)
        && nextTokens.sharesUpTo(tokens);
  }

  /**
   * Whether a text that is read part by part gives what it gives when it is read at once: every
   * token attends to all before it, none of which is dropped or moves.
   */
  boolean readsInParts(KvCachePolicy policy) {
    return attention instanceof DenseAttention
        && !policy.drops()
        && policy.split().isEmpty()
        && policy.storage() == CacheStorage.MODEL
        && NextTokens.rotaries(config).stream().noneMatch(Rotary::dependsOnLength);
  }

  private int embeddedPositions() {
    return config.form().has(DecoderPart.POSITIONS) ? config.maxPositions() : 0;
  }

  /**
   * The activations after the embeddings and after every layer, the last one normalized, each (N,
   * hidden).
   */
  public List<NDArray> hiddenStates(NDManager scope, TokenBatch batch, KvCachePolicy policy) {
    List<NDArray> states = new ArrayList<>();
    try (KvCache cache = newCache(scope, policy, batch.size(), batch.longest())) {
      int[] rows = IntStream.range(0, batch.size()).toArray();
      NDArray last =
          run(
              scope,
              new DecoderInput(batch, cache, rows, lines.in(batch)),
              List.of(),
              hidden -> {
                NDArray copy = hidden.duplicate(); // (N, hidden)
                copy.attach(scope);
                states.add(copy);
              });
      states.set(states.size() - 1, normed(scope, last));
    }
    return states;
  }

  /** Activations after the last layer as scores are made of them: (N, hidden). */
  NDArray normed(NDManager scope, NDArray hidden) {
    return operators.norm(scope, hidden, weights.norm(), weights.normBias());
  }

  /**
   * How likely each token of the vocabulary comes next.
   *
   * @param hidden (N, hidden), of {@link #read}
   * @param rows which of the N are asked for
   * @return (R, vocabulary) float32, unnormalized
   */
  public NDArray logits(NDManager scope, NDArray hidden, long[] rows) {
    try (NDManager local = scope.newSubManager()) {
      NDArray picked =
          rows.length == hidden.getShape().get(0)
              ? hidden
              : operators.pick(local, hidden, Uploads.of(local, rows)); // (R, hidden)
      NDArray normed = normed(local, picked); // (R, hidden)
      NDArray logits = operators.logits(local, normed, weights.head()); // (R, vocabulary)
      logits.attach(scope);
      return logits;
    }
  }

  private NDArray run(
      NDManager scope, DecoderInput in, List<AttentionProbe> probes, Consumer<NDArray> seen) {
    in.check(config.vocabSize(), embeddedPositions());
    KvCache cache = in.cache();
    CachedAttention.requireWatchable(cache, probes);
    int[] counts = in.batch().lengths();
    try (NDManager forward = scope.newSubManager()) {
      NDArray ids = Uploads.of(forward, in.batch().ids()); // (N)
      NDArray positions = Uploads.of(forward, in.positions()); // (N)
      CachePass pass = cache.pass(forward, in.rows(), counts);
      NDArray x = operators.embed(forward, ids, positions, weights.embeddings()); // (N, hidden)
      seen.accept(x);
      Rotations rotations = new Rotations(forward, operators, in, positions, weights.norm());
      Halves layers = new Halves(in, pass, rotations, probes);
      for (int i = 0; i < config.layers().size(); i++) {
        NDArray y = layers.layer(forward, x, i); // (N, hidden)
        x.close();
        x = y;
        seen.accept(x);
      }
      pass.end();
      x.attach(scope);
      return x;
    }
  }

  /** Two halves with the mechanism between them. */
  private final class Halves {

    private final CachedAttention cached;
    private final Rotations rotations;
    private final PositionBias bias; // null where nothing is added

    Halves(DecoderInput in, CachePass pass, Rotations rotations, List<AttentionProbe> probes) {
      this.rotations = rotations;
      this.cached = new CachedAttention(attention, in, pass, probes);
      this.bias = config.bias(operators.precision(), in.cached());
    }

    NDArray layer(NDManager forward, NDArray x, int index) {
      DecoderConfig.Layer layer = config.layers().get(index);
      DecoderLayerWeights w = weights.layers().get(index);
      Optional<Rotary> rotary = layer.rotary();
      boolean later = cached.rotatesKeysLater();
      try (NDManager scope = forward.newSubManager()) {
        Angles angles = later ? null : rotary.map(rotations::ofTokens).orElse(null);
        NDList qkv = operators.project(scope, x, angles, w); // each (N, heads, D)
        CachedAttention.Call call =
            new CachedAttention.Call(
                index,
                layer.window(),
                layer.scale(),
                later ? rotary.map(rotations::rotation).orElse(null) : null,
                bias,
                rotary.map(rotations::turn).orElse(Rotation.NONE));
        NDArray attended = cached.attend(scope, call, qkv); // (N, H, D)
        NDArray y = operators.finish(scope, x, attended, w); // (N, hidden)
        y.attach(forward);
        return y;
      }
    }
  }

  @Override
  public void close() {
    if (nextTokens != null) {
      nextTokens.close();
    }
    weights.close();
    operators.close();
  }
}
