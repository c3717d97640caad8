package io.sparkattention.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMask;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.GlobalProjections;
import io.sparkattention.attention.KeySource;
import io.sparkattention.attention.Layout;
import io.sparkattention.attention.PositionBias;
import io.sparkattention.attention.Site;
import io.sparkattention.kvcache.CachePass;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.RelativeBuckets;
import io.sparkattention.model.decoder.CachedAttention;
import io.sparkattention.model.decoder.DecoderInput;
import io.sparkattention.model.decoder.DroppedKeys;
import io.sparkattention.model.decoder.SeamCall;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.StepRecording;
import io.sparkattention.tensor.SublayerOperators;
import io.sparkattention.tensor.Uploads;
import io.sparkattention.text.TokenBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * An encoder that reads texts in both directions and a decoder that reads what it gave. Every
 * attention goes through the seam: self-attention of both sides and cross-attention.
 */
public final class EncoderDecoder implements AutoCloseable {

  private final Seq2SeqConfig config;
  private final Seq2SeqWeights weights;
  private final SublayerOperators encoderOperators;
  private final SublayerOperators decoderOperators;
  private final Attention attention;
  private final List<Attention> encoderAttention;
  private final Stack encoder;
  private final Stack decoder;
  private final NextTokens nextTokens; // null where the mechanism is not dense
  private final List<KeySource> sources; // of each layer; empty where nobody reads them
  private final boolean keepsKeys; // whether a layer of the decoder reads keys of the encoder

  EncoderDecoder(
      Seq2SeqConfig config,
      Seq2SeqWeights weights,
      SublayerOperators encoderOperators,
      SublayerOperators decoderOperators,
      Attention attention) {
    this.config = config;
    this.weights = weights;
    this.encoderOperators = encoderOperators;
    this.decoderOperators = decoderOperators;
    this.attention = attention;
    this.encoderAttention = config.encoderMechanisms(attention);
    this.encoder = new Stack(config, weights.encoder(), weights.words(), encoderOperators);
    this.decoder = new Stack(config, weights.decoder(), weights.words(), decoderOperators);
    this.nextTokens =
        attention instanceof DenseAttention
            ? NextTokens.load(config, weights, decoderOperators.precision())
            : null;
    this.sources =
        attention.readsSource()
            ? CrossProjections.of(
                weights, decoderOperators, config.hiddenSize(), config.decoder().form().bias())
            : List.of();
    this.keepsKeys =
        IntStream.range(0, config.decoder().layers()).anyMatch(layer -> readsKeys(layer));
  }

  private boolean readsKeys(int layer) {
    Site site = new Site(layer, Site.Kind.CROSS, Site.Phase.DECODE);
    return attention.at(site, Direction.BIDIRECTIONAL).readsKeys();
  }

  /** Numbers that are kept of each encoded token. */
  long numbersPerText() {
    return (keepsKeys ? config.cacheShape().numbersPerToken() : 0)
        + (sources.isEmpty() ? 0 : config.hiddenSize());
  }

  /** Every reason why its mechanism cannot read what a policy keeps. */
  List<String> unsupportedReasons(KvCachePolicy policy) {
    return DroppedKeys.unsupportedReasons(attention, config.decoder().layers(), policy);
  }

  /** What its {@code config.json} says. */
  public Seq2SeqConfig config() {
    return config;
  }

  /** Owns what lives as long as the model; forward passes open their own scope below it. */
  public NDManager owner() {
    return weights.owner();
  }

  Attention attention() {
    return attention;
  }

  /** An empty cache for the decoder. */
  KvCache newCache(NDManager parent, KvCachePolicy policy, int rows, int capacity) {
    return new KvCache(parent, weights.words(), config.cacheShape(), policy, rows, capacity);
  }

  /**
   * Encodes texts.
   *
   * @param seen shown the activations (N, hidden) after the embeddings and every layer
   * @return (N, hidden) in the scope
   * @throws IllegalArgumentException if an id is outside the vocabulary or a text is longer than
   *     there are positions
   */
  NDArray encode(
      NDManager scope, TokenBatch batch, List<AttentionProbe> probes, Consumer<NDArray> seen) {
    return encode(scope, batch, encoderAttention, probes, seen);
  }

  /** As the other, by other mechanisms, one for each layer. */
  NDArray encode(
      NDManager scope,
      TokenBatch batch,
      List<Attention> mechanisms,
      List<AttentionProbe> probes,
      Consumer<NDArray> seen) {
    DecoderInput.checkIds(batch, config.vocabSize());
    config.positions().ifPresent(each -> each.checkTexts(batch));
    PositionBias bias = bias(weights.encoder(), Direction.BIDIRECTIONAL, new int[1]);
    try (NDManager forward = scope.newSubManager()) {
      NDArray encoded =
          encoder.run(
              forward,
              batch.ids(),
              batch.positions(),
              (local, x, i) -> encoderLayer(local, x, i, mechanisms.get(i), batch, bias, probes),
              seen);
      encoded.attach(scope);
      return encoded;
    }
  }

  private NDArray encoderLayer(
      NDManager scope,
      NDArray x,
      int index,
      Attention mechanism,
      TokenBatch batch,
      PositionBias bias,
      List<AttentionProbe> probes) {
    StackWeights.Layer w = weights.encoder().layers().get(index);
    NDList qkv = encoderOperators.project(scope, x, w.self()); // each (N, H, D)
    AttentionInput input =
        new AttentionInput(
            qkv.get(0),
            qkv.get(1),
            qkv.get(2),
            config.attentionScale(),
            Layout.Packed.of(batch.offsets()),
            AttentionMask.self(Direction.BIDIRECTIONAL, batch.lengths()),
            bias,
            Site.encoder(index),
            scope);
    if (w.global() != null && mechanism.readsGlobals()) {
      NDList own = encoderOperators.project(scope, x, w.global()); // each (N, H, D)
      input = input.withGlobals(new GlobalProjections(own.get(0), own.get(1), own.get(2)));
    }
    NDArray attended =
        config.sideBlock() == 0
            ? SeamCall.attend(mechanism, input, batch.offsets(), probes) // (N, H, D)
            : new SideKeys(encoderOperators, weights.encoder(), config)
                .attend(scope, mechanism, input, x, w, batch.offsets(), probes);
    NDArray y = encoderOperators.attended(scope, x, attended, w.self()); // (N, hidden)
    return encoderOperators.feed(scope, y, w.feedForward());
  }

  /** Keys and values of all layers of the decoder from what was encoded, where they are read. */
  Memory remember(NDManager parent, NDArray encoded, int[] offsets) {
    NDManager owner = parent.newSubManager();
    List<NDArray> layers = new ArrayList<>();
    for (int i = 0; keepsKeys && i < config.decoder().layers(); i++) {
      layers.add(keys(owner, encoded, i));
    }
    NDArray kept = null; // (N, hidden)
    if (!sources.isEmpty()) {
      kept = encoded.duplicate();
      kept.attach(owner);
    }
    return new Memory(owner, layers, kept, offsets);
  }

  /** Keys and values of a layer, (N, 2, H, D). */
  private NDArray keys(NDManager scope, NDArray encoded, int layer) {
    List<NDArray> w = weights.decoder().layers().get(layer).memory();
    return decoderOperators.memory(scope, encoded, w.get(0), w.get(1));
  }

  /** Keys and values as a mechanism is handed them, (M, H, D) each. */
  private NDList keysAndValues(NDManager scope, int layer, CrossAttention cross) {
    if (keepsKeys) {
      return decoderOperators.parts(scope, cross.memory().layer(layer));
    }
    NDArray encoded = cross.memory().encoded(); // (M, hidden)
    if (!cross.probes().isEmpty()) { // which may look at keys
      return decoderOperators.parts(scope, keys(scope, encoded, layer));
    }
    NDArray shared = encoded.expandDims(1); // (M, 1, hidden)
    shared.attach(scope);
    return new NDList(shared, shared);
  }

  /**
   * Reads tokens of the decoder.
   *
   * @param in the next tokens of some rows
   * @param memory what was encoded, packed; all its texts are read
   * @param rowsPerText how many of the rows, one after the other, read each text
   * @param seen shown the activations (N, hidden) after the embeddings and every layer
   * @return (N, hidden) in the scope
   */
  NDArray read(
      NDManager scope,
      DecoderInput in,
      Memory memory,
      int rowsPerText,
      List<AttentionProbe> probes,
      Consumer<NDArray> seen) {
    int positions = config.positions().map(Seq2SeqConfig.Positions::decoder).orElse(0);
    in.check(config.vocabSize(), positions);
    KvCache cache = in.cache();
    int[] counts = in.batch().lengths();
    int[] queryOffsets = new int[memory.texts() + 1];
    for (int i = 0; i < queryOffsets.length; i++) {
      queryOffsets[i] = in.batch().offsets()[i * rowsPerText];
    }
    try (NDManager forward = scope.newSubManager()) {
      CachePass pass = cache.pass(forward, in.rows(), counts);
      CachedAttention cached = new CachedAttention(attention, in, pass, probes);
      int[] queries = in.fresh() ? new int[1] : in.cached();
      PositionBias bias = bias(weights.decoder(), Direction.CAUSAL, queries);
      Site.Phase phase =
          in.batch().longest() == 1 && !in.fresh() ? Site.Phase.DECODE : Site.Phase.PREFILL;
      NDArray decoded =
          decoder.run(
              forward,
              in.batch().ids(),
              in.positions(),
              (local, x, i) ->
                  decoderLayer(
                      local,
                      x,
                      i,
                      cached,
                      bias,
                      new CrossAttention(memory, sources, queryOffsets, phase, probes)),
              seen);
      pass.end();
      decoded.attach(scope);
      return decoded;
    }
  }

  /** Whether all layers run in one call over a cache when nobody watches. */
  boolean stepsOver(KvCache cache) {
    return nextTokens != null && cache.isReadInPlace();
  }

  /**
   * Reads one more token of the decoder in every row, in one call.
   *
   * @param rowsPerText how many of the rows, one after the other, read each text
   * @param recording of the steps of this cache
   * @return (rows, vocabulary) float32, unnormalized
   */
  NDArray next(
      NDManager scope,
      int[] ids,
      KvCache cache,
      Memory memory,
      int rowsPerText,
      StepRecording recording) {
    DecoderInput in = DecoderInput.step(ids, cache);
    in.check(
        config.vocabSize(), config.positions().map(Seq2SeqConfig.Positions::decoder).orElse(0));
    return nextTokens.read(scope, in, memory, rowsPerText, recording);
  }

  private NDArray decoderLayer(
      NDManager scope,
      NDArray x,
      int index,
      CachedAttention cached,
      PositionBias bias,
      CrossAttention cross) {
    StackWeights.Layer w = weights.decoder().layers().get(index);
    NDList qkv = decoderOperators.project(scope, x, w.self()); // each (N, H, D)
    CachedAttention.Call call =
        new CachedAttention.Call(index, 0, config.attentionScale(), null, bias, null);
    NDArray own = cached.attend(scope, call, qkv); // (N, H, D)
    NDArray y = decoderOperators.attended(scope, x, own, w.self()); // (N, hidden)
    NDArray query = decoderOperators.query(scope, y, w.cross()); // (N, H, D)
    NDList texts = keysAndValues(scope, index, cross); // (M, H, D) each
    NDArray read =
        cross.attend(scope, index, attention, config.attentionScale(), query, texts); // (N, H, D)
    NDArray z = decoderOperators.attended(scope, y, read, w.cross()); // (N, hidden)
    return decoderOperators.feed(scope, z, w.feedForward());
  }

  private PositionBias bias(StackWeights side, Direction direction, int[] queryOffsets) {
    return config
        .buckets()
        .map(each -> new RelativeBuckets(side.bias(), direction, each.maxDistance(), queryOffsets))
        .orElse(null);
  }

  /**
   * How likely each token of the vocabulary comes next.
   *
   * @param decoded (N, hidden), of {@link #read}
   * @param rows which of the N are asked for
   * @return (R, vocabulary) float32, unnormalized
   */
  NDArray logits(NDManager scope, NDArray decoded, long[] rows) {
    try (NDManager local = scope.newSubManager()) {
      NDArray picked = decoderOperators.pick(local, decoded, Uploads.of(local, rows));
      NDArray logits = decoderOperators.logits(local, picked, weights.head(), config.logitScale());
      NDArray biased = weights.logitBias() == null ? logits : logits.add(weights.logitBias());
      biased.attach(scope);
      return biased; // (R, vocabulary)
    }
  }

  @Override
  public void close() {
    if (nextTokens != null) {
      nextTokens.close();
    }
    weights.close();
    encoderOperators.close();
    decoderOperators.close();
  }
}
