package io.sparkattention.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Direction;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.model.RelativeBuckets;
import io.sparkattention.model.decoder.DecoderInput;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.Seq2SeqSteps;
import io.sparkattention.tensor.StepRecording;
import io.sparkattention.tensor.TensorList;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads one more token in every row of a cache, all layers of the decoder in one call. */
final class NextTokens implements AutoCloseable {

  private final Seq2SeqConfig config;
  private final StackWeights stack;
  private final NDManager owner;
  private final Seq2SeqSteps operators;
  private final TensorList weights;
  private NDArray buckets; // (distances) int64: the row of the bias for each
  private int distances;

  private NextTokens(Seq2SeqConfig config, Seq2SeqWeights weights, Seq2SeqSteps operators) {
    this.config = config;
    this.stack = weights.decoder();
    this.owner = weights.owner();
    this.operators = operators;
    NDArray none = weights.words(); // stands for what there is not
    List<NDArray> arrays = new ArrayList<>();
    arrays.add(weights.words());
    arrays.add(stack.positions() == null ? none : stack.positions());
    arrays.addAll(stack.embeddingNorm() == null ? List.of(none, none) : stack.embeddingNorm());
    arrays.addAll(stack.finalNorm() == null ? List.of(none, none) : stack.finalNorm());
    arrays.add(weights.head());
    arrays.add(weights.logitBias() == null ? none : weights.logitBias());
    arrays.add(stack.bias() == null ? none : stack.bias());
    for (StackWeights.Layer layer : stack.layers()) {
      arrays.addAll(layer.self().arrays());
      arrays.addAll(layer.cross().arrays());
      arrays.addAll(layer.feedForward().arrays());
    }
    this.weights = new TensorList(arrays);
    bucketsUpTo(FEWEST);
  }

  private static final int FEWEST = 1024;

  /** Loads what reads the decoder of a model. */
  static NextTokens load(Seq2SeqConfig config, Seq2SeqWeights weights, Precision precision) {
    Set<Seq2SeqSteps.Part> parts = EnumSet.noneOf(Seq2SeqSteps.Part.class);
    StackWeights stack = weights.decoder();
    if (stack.positions() != null) {
      parts.add(Seq2SeqSteps.Part.POSITIONS);
    }
    if (stack.embeddingNorm() != null) {
      parts.add(Seq2SeqSteps.Part.EMBEDDING_NORM);
    }
    if (stack.finalNorm() != null) {
      parts.add(Seq2SeqSteps.Part.FINAL_NORM);
    }
    if (weights.logitBias() != null) {
      parts.add(Seq2SeqSteps.Part.LOGIT_BIAS);
    }
    if (stack.bias() != null) {
      parts.add(Seq2SeqSteps.Part.BUCKETS);
    }
    Seq2SeqSteps.Form form =
        new Seq2SeqSteps.Form(
            config.decoder().layers(),
            config.decoder().form(),
            config.embeddingScale(),
            config.attentionScale(),
            config.logitScale(),
            parts);
    Seq2SeqSteps operators = Seq2SeqSteps.load(weights.owner().getDevice(), precision, form);
    return new NextTokens(config, weights, operators);
  }

  /**
   * Reads one token in every row.
   *
   * @param in a token for each row of the cache, in their order
   * @param rowsPerText how many of the rows, one after the other, read each text
   * @param recording of the steps of this cache
   * @return (rows, vocabulary) float32, unnormalized
   */
  NDArray read(
      NDManager scope, DecoderInput in, Memory memory, int rowsPerText, StepRecording recording) {
    KvCache cache = in.cache();
    int rows = cache.rows();
    int[] ones = new int[rows];
    Arrays.fill(ones, 1);
    long[] places = cache.places(in.rows(), ones);
    long[] positions = in.positions();
    int[] cached = in.cached();
    int offset = config.positions().map(Seq2SeqConfig.Positions::offset).orElse(0);
    long[] now = new long[4 * rows];
    for (int i = 0; i < rows; i++) {
      now[i] = in.batch().ids()[i];
      now[rows + i] = positions[i] + offset;
      now[2 * rows + i] = places[i];
      now[3 * rows + i] = cached[i];
    }
    int longest = Arrays.stream(cached).max().orElse(0);
    boolean even = longest == Arrays.stream(cached).min().orElse(0);
    try (NDManager local = scope.newSubManager()) {
      NDArray uploaded = Uploads.of(local, now).reshape(4, rows);
      Seq2SeqSteps.Tokens tokens = new Seq2SeqSteps.Tokens(uploaded, longest + 1, even);
      NDArray logits = step(local, tokens, cache, memory, memory.reads(rowsPerText), recording);
      cache.advance(in.rows(), ones);
      logits.attach(scope);
      return logits; // (rows, vocabulary)
    }
  }

  private NDArray step(
      NDManager scope,
      Seq2SeqSteps.Tokens tokens,
      KvCache cache,
      Memory memory,
      Seq2SeqSteps.Reads reads,
      StepRecording recording) {
    int capacity = cache.capacity();
    NDArray stored = cache.stored();
    TensorList texts = memory.layers();
    NDArray ofDistance = bucketsUpTo(capacity);
    return recording.next(
        scope,
        operators,
        List.of(stored, texts, reads, ofDistance),
        tokens.now(),
        manager -> operators.step(manager, tokens, weights, texts, reads, stored, ofDistance),
        (manager, now) ->
            operators.step(
                manager,
                new Seq2SeqSteps.Tokens(now, capacity, false), // of rows of any length
                weights,
                texts,
                reads,
                stored,
                ofDistance));
  }

  /** The bucket of each distance; those made before stay, since others may read them. */
  private synchronized NDArray bucketsUpTo(int needed) {
    if (buckets == null || stack.bias() != null && distances < needed) {
      distances = Math.max(needed, 2 * distances);
      long[] ofDistance = new long[distances];
      config
          .buckets()
          .ifPresent(
              each -> {
                RelativeBuckets all =
                    new RelativeBuckets(
                        stack.bias(), Direction.CAUSAL, each.maxDistance(), new int[1]);
                Arrays.setAll(ofDistance, i -> all.bucketOf(-i));
              });
      buckets = Uploads.of(owner, ofDistance);
    }
    return buckets;
  }

  @Override
  public void close() {
    weights.close();
    operators.close();
  }
}
