package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.tensor.DecoderOperators;
import io.sparkattention.tensor.DecoderSteps;
import io.sparkattention.tensor.StepRecording;
import io.sparkattention.tensor.TensorList;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads one more token in every row of a cache, all layers in one call. It serves dense attention
 * that nobody watches, over caches that keep every key as the model made it.
 */
final class NextTokens implements AutoCloseable {

  private final DecoderConfig config;
  private final DecoderSteps operators;
  private final TensorList weights;
  private final TurnTables tables;
  private final DecoderSteps.Shared alone =
      new DecoderSteps.Shared(new TensorList(List.of()), 0, true);

  NextTokens(DecoderConfig config, DecoderWeights weights, DecoderSteps operators) {
    this.config = config;
    this.operators = operators;
    List<NDArray> embeddings = weights.embeddings().arrays(); // words, positions if there are any
    List<NDArray> arrays = new ArrayList<>();
    arrays.add(embeddings.get(0));
    arrays.add(embeddings.get(embeddings.size() - 1));
    arrays.addAll(List.of(weights.norm(), weights.normBias(), weights.head()));
    weights.layers().forEach(layer -> arrays.addAll(layer.arrays()));
    this.weights = new TensorList(arrays);
    this.tables =
        new TurnTables(weights.owner(), operators, rotaries(config), config.form(), weights.norm());
  }

  /** With the operators that a decoder needs for it. */
  static NextTokens of(DecoderConfig config, DecoderWeights weights, DecoderOperators operators) {
    DecoderSteps steps =
        DecoderSteps.load(operators.device(), operators.precision(), config.form(), layers(config));
    return new NextTokens(config, weights, steps);
  }

  /** The different rotary embeddings of the layers. */
  static List<Rotary> rotaries(DecoderConfig config) {
    return config.layers().stream()
        .map(DecoderConfig.Layer::rotary)
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }

  /** What tells one layer from another. */
  static List<DecoderSteps.Layer> layers(DecoderConfig config) {
    List<Rotary> rotaries = rotaries(config);
    return config.layers().stream()
        .map(
            each ->
                new DecoderSteps.Layer(
                    each.rotary().map(rotaries::indexOf).orElse(-1), each.window(), each.scale()))
        .toList();
  }

  /**
   * Reads one token in every row.
   *
   * @param in a token for each row of the cache, in their order
   * @param recording of the steps of this cache
   * @return (rows, vocabulary) float32, unnormalized
   */
  NDArray read(NDManager scope, DecoderInput in, StepRecording recording) {
    KvCache cache = in.cache();
    int rows = cache.rows();
    int[] ones = new int[rows];
    Arrays.fill(ones, 1);
    long[] places = cache.places(in.rows(), ones);
    long[] positions = in.positions();
    int[] cached = in.cached();
    boolean ofOneStep = tables.ofOneStep();
    long[] now = new long[5 * rows];
    for (int i = 0; i < rows; i++) {
      now[i] = in.batch().ids()[i];
      now[rows + i] = positions[i];
      now[2 * rows + i] = places[i];
      now[3 * rows + i] = cached[i];
      now[4 * rows + i] = ofOneStep ? i : positions[i];
    }
    int longest = Arrays.stream(cached).max().orElse(0);
    int shortest = Arrays.stream(cached).min().orElse(0);
    try (NDManager local = scope.newSubManager()) {
      NDArray uploaded = Uploads.of(local, now).reshape(5, rows);
      DecoderSteps.Tokens tokens =
          new DecoderSteps.Tokens(uploaded, longest + 1, starts(shortest + 1), longest == shortest);
      NDArray logits =
          ofOneStep ? turned(local, in, tokens) : step(local, tokens, cache, positions, recording);
      cache.advance(in.rows(), ones);
      logits.attach(scope);
      return logits; // (rows, vocabulary)
    }
  }

  private NDArray step(
      NDManager scope,
      DecoderSteps.Tokens tokens,
      KvCache cache,
      long[] positions,
      StepRecording recording) {
    int last = (int) Arrays.stream(positions).max().orElse(0);
    TensorList turns = tables.upTo(last);
    NDArray stored = cache.stored();
    DecoderSteps.Shared shared = shared(cache);
    if (!operators.readsAnyLength() || shared != alone) { // beams move what is stored
      return operators.step(scope, tokens, weights, turns, stored, shared);
    }
    long[] starts = new long[operators.windows().size()];
    return recording.next(
        scope,
        operators,
        List.of(stored, turns),
        tokens.now(),
        manager -> operators.step(manager, tokens, weights, turns, stored, shared),
        (manager, now) ->
            operators.step(
                manager,
                new DecoderSteps.Tokens(now, cache.capacity(), starts, false),
                weights,
                turns,
                stored,
                shared));
  }

  private NDArray turned(NDManager scope, DecoderInput in, DecoderSteps.Tokens tokens) {
    NDArray positions = tokens.now().get(1); // (rows)
    try (TensorList own = tables.of(scope, in, positions)) {
      return operators.step(scope, tokens, weights, own, in.cache().stored(), shared(in.cache()));
    }
  }

  private DecoderSteps.Shared shared(KvCache cache) {
    return cache.shared().orElse(alone);
  }

  /** Whether rows of so many tokens may share what they have read: no layer forgets any of it. */
  boolean sharesUpTo(int tokens) {
    return operators.windows().stream().allMatch(window -> window == 0 || window >= tokens);
  }

  /** The first place that a layer of each window sees in the shortest row. */
  private long[] starts(int shortest) {
    return operators.windows().stream()
        .mapToLong(window -> window == 0 ? 0 : Math.max(0, shortest - window))
        .toArray();
  }

  @Override
  public void close() {
    alone.arrays().close();
    tables.close();
    weights.close();
    operators.close();
  }
}
