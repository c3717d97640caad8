package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.Angles;
import io.sparkattention.tensor.DecoderLayerWeights;
import io.sparkattention.tensor.DecoderOperators;
import io.sparkattention.tensor.DecoderPart;
import io.sparkattention.tensor.Uploads;
import io.sparkattention.text.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A stack of pre-norm layers that reads tokens from left to right and remembers them in a {@link
 * KvCache}. A layer is two scripted halves with the mechanism between them; where the mechanism is
 * dense, nobody watches and every row reads one more token, all three join in one call.
 */
public final class Decoder implements AutoCloseable {

  private final DecoderConfig config;
  private final DecoderWeights weights;
  private final DecoderOperators operators;
  private final Attention attention;

  Decoder(
      DecoderConfig config,
      DecoderWeights weights,
      DecoderOperators operators,
      Attention attention) {
    this.config = config;
    this.weights = weights;
    this.operators = operators;
    this.attention = attention;
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
    return new KvCache(parent, weights.norm(), config.cacheShape(), policy, rows, capacity);
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
    return run(scope, new DecoderInput(batch, cache, rows), probes, hidden -> {});
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
              new DecoderInput(batch, cache, rows),
              List.of(),
              hidden -> {
                NDArray copy = hidden.duplicate(); // (N, hidden)
                copy.attach(scope);
                states.add(copy);
              });
      states.set(
          states.size() - 1, operators.norm(scope, last, weights.norm(), weights.normBias()));
    }
    return states;
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
      NDArray normed =
          operators.norm(local, picked, weights.norm(), weights.normBias()); // (R, hidden)
      NDArray logits = operators.logits(local, normed, weights.head()); // (R, vocabulary)
      logits.attach(scope);
      return logits;
    }
  }

  private NDArray run(
      NDManager scope, DecoderInput in, List<AttentionProbe> probes, Consumer<NDArray> seen) {
    boolean embedded = config.form().has(DecoderPart.POSITIONS);
    in.check(config.vocabSize(), embedded ? config.maxPositions() : 0);
    KvCache cache = in.cache();
    int[] counts = in.batch().lengths();
    try (NDManager forward = scope.newSubManager()) {
      NDArray ids = Uploads.of(forward, in.batch().ids()); // (N)
      NDArray positions = Uploads.of(forward, in.positions()); // (N)
      NDArray places = Uploads.of(forward, cache.places(in.rows(), counts)); // (N)
      NDArray x = operators.embed(forward, ids, positions, weights.embeddings()); // (N, hidden)
      seen.accept(x);
      Rotations rotations = new Rotations(forward, operators, in, positions, weights.norm());
      boolean joined =
          attention instanceof DenseAttention
              && probes.isEmpty()
              && in.isStep()
              && cache.stored(0) != null
              && cache.policy().numbering() == KvCachePolicy.Numbering.TEXT;
      Layers layers =
          joined
              ? new Steps(forward, in, places, rotations)
              : new Halves(in, places, rotations, probes);
      for (int i = 0; i < config.layers().size(); i++) {
        NDArray y = layers.layer(forward, x, i); // (N, hidden)
        x.close();
        x = y;
        seen.accept(x);
      }
      cache.advance(in.rows(), counts);
      x.attach(scope);
      return x;
    }
  }

  /** One way to run a layer. */
  private interface Layers {
    NDArray layer(NDManager forward, NDArray x, int index);
  }

  /** A whole layer in one call, for one more token of every row. */
  private final class Steps implements Layers {

    private final KvCache cache;
    private final NDArray places; // (B) int64
    private final NDArray last; // (B) int64
    private final int span;
    private final Rotations rotations;
    private final Map<Integer, NDArray> masks = new HashMap<>(); // (B, 1, 1, span) by window

    Steps(NDManager forward, DecoderInput in, NDArray places, Rotations rotations) {
      this.cache = in.cache();
      this.places = places;
      this.rotations = rotations;
      int[] cached = in.cached();
      last = Uploads.of(forward, Arrays.stream(cached).asLongStream().toArray());
      span = Arrays.stream(cached).max().orElse(0) + 1;
    }

    @Override
    public NDArray layer(NDManager forward, NDArray x, int index) {
      DecoderConfig.Layer layer = config.layers().get(index);
      NDArray mask =
          masks.computeIfAbsent(
              layer.window(), window -> operators.visible(forward, last, span, window, x));
      Angles angles = layer.rotary().map(rotations::ofTokens).orElse(null);
      DecoderLayerWeights w = weights.layers().get(index);
      return operators.step(
          forward, x, angles, cache.stored(index), places, mask, layer.scale(), w);
    }
  }

  /** Two halves with the mechanism between them. */
  private final class Halves implements Layers {

    private final CachedAttention cached;
    private final Rotations rotations;

    Halves(DecoderInput in, NDArray places, Rotations rotations, List<AttentionProbe> probes) {
      this.rotations = rotations;
      this.cached = new CachedAttention(attention, in, places, probes);
    }

    @Override
    public NDArray layer(NDManager forward, NDArray x, int index) {
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
                null);
        NDArray attended = cached.attend(scope, call, qkv); // (N, H, D)
        NDArray y = operators.finish(scope, x, attended, w); // (N, hidden)
        y.attach(forward);
        return y;
      }
    }
  }

  @Override
  public void close() {
    weights.close();
    operators.close();
  }
}
