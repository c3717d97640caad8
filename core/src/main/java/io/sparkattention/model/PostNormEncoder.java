package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMask;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.Layout;
import io.sparkattention.attention.PositionBias;
import io.sparkattention.attention.Site;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.LayerWeights;
import io.sparkattention.tensor.PackedSequences;
import io.sparkattention.tensor.Uploads;
import io.sparkattention.text.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * An encoder of post-norm layers: BERT and its relatives. A layer is two scripted halves with the
 * mechanism between them; where the mechanism is dense and nobody watches, all three join in one
 * call.
 */
final class PostNormEncoder implements Encoder {

  private final EncoderConfig config;
  private final EncoderWeights weights;
  private final LayerOperators operators;
  private final Attention attention;
  private final int maxTokens;
  private final double scale;

  /**
   * @param maxTokens the longest sequence to read; beyond the model's positions they are tiled
   */
  PostNormEncoder(
      EncoderConfig config,
      EncoderWeights weights,
      LayerOperators operators,
      Attention attention,
      int maxTokens) {
    this.config = config;
    this.weights = weights;
    this.operators = operators;
    this.attention = attention;
    this.maxTokens = maxTokens;
    this.scale = 1 / Math.sqrt(config.headSize());
  }

  @Override
  public EncoderConfig config() {
    return config;
  }

  @Override
  public int maxTokens() {
    return maxTokens;
  }

  @Override
  public NDManager owner() {
    return weights.owner();
  }

  @Override
  public NDArray encode(NDManager scope, TokenBatch batch, List<AttentionProbe> probes) {
    return run(scope, batch, batch.lengths(), probes, hidden -> {});
  }

  @Override
  public NDArray encode(NDManager scope, TokenBatch batch, int[] attendedTo) {
    return run(scope, batch, attendedTo, List.of(), hidden -> {});
  }

  @Override
  public List<NDArray> hiddenStates(NDManager scope, TokenBatch batch) {
    List<NDArray> states = new ArrayList<>();
    NDArray last =
        run(
            scope,
            batch,
            batch.lengths(),
            List.of(),
            hidden -> {
              NDArray copy = hidden.duplicate(); // (N, hidden)
              copy.attach(scope);
              states.add(copy);
            });
    last.close();
    return states;
  }

  private NDArray run(
      NDManager scope,
      TokenBatch batch,
      int[] attendedTo,
      List<AttentionProbe> probes,
      Consumer<NDArray> seen) {
    EncoderInput.check(batch, config, maxTokens);
    try (NDManager forward = scope.newSubManager()) {
      PackedSequences sequences =
          PackedSequences.of(forward, batch.offsets(), operators.precision());
      NDArray x = embed(forward, batch); // (N, hidden)
      seen.accept(x);
      boolean joined =
          attention instanceof DenseAttention
              && probes.isEmpty()
              && weights.bias() == null
              && Arrays.equals(attendedTo, batch.lengths());
      AttentionLayer layer = new AttentionLayer(attention);
      for (int i = 0; i < config.layers(); i++) {
        LayerWeights w = weights.layers().get(i);
        NDArray y =
            joined
                ? operators.layer(
                    forward, x, config.heads(), sequences, w, scale, config.layerNormEps())
                : halves(forward, x, i, batch, attendedTo, layer, probes);
        x.close();
        x = y;
        seen.accept(x);
      }
      x.attach(scope);
      return x;
    }
  }

  private NDArray halves(
      NDManager forward,
      NDArray x,
      int index,
      TokenBatch batch,
      int[] attendedTo,
      AttentionLayer layer,
      List<AttentionProbe> probes) {
    LayerWeights w = weights.layers().get(index);
    try (NDManager scope = forward.newSubManager()) {
      NDList qkv = operators.project(scope, x, config.heads(), w); // each (N, H, D)
      AttentionInput input =
          new AttentionInput(
              qkv.get(0),
              attended(scope, qkv.get(1), batch, attendedTo),
              attended(scope, qkv.get(2), batch, attendedTo),
              scale,
              layout(batch, attendedTo),
              new AttentionMask(
                  Direction.BIDIRECTIONAL, new int[batch.size()], batch.lengths(), attendedTo),
              bias(),
              Site.encoder(index),
              scope);
      NDArray attended = layer.attend(input, probes); // (N, H, D)
      NDArray y = operators.finish(scope, x, attended, w, config.layerNormEps()); // (N, hidden)
      y.attach(forward);
      return y;
    }
  }

  /** The keys or values (N, H, D) of the tokens that may be attended to. */
  private NDArray attended(NDManager scope, NDArray all, TokenBatch batch, int[] attendedTo) {
    return Arrays.equals(attendedTo, batch.lengths())
        ? all
        : operators.pick(scope, all, Uploads.of(scope, EncoderInput.firstRows(batch, attendedTo)));
  }

  private static Layout layout(TokenBatch batch, int[] attendedTo) {
    int[] offsets = new int[attendedTo.length + 1];
    for (int i = 0; i < attendedTo.length; i++) {
      offsets[i + 1] = offsets[i] + attendedTo[i];
    }
    return new Layout.Packed(batch.offsets(), offsets);
  }

  private PositionBias bias() {
    return weights.bias() == null ? null : new RelativeBuckets(weights.bias());
  }

  private NDArray embed(NDManager scope, TokenBatch batch) {
    NDArray ids = Uploads.of(scope, batch.ids()); // (N)
    NDArray positions = Uploads.of(scope, EncoderInput.positions(batch, config)); // (N)
    NDArray types = batch.typeIds() == null ? null : Uploads.of(scope, batch.typeIds()); // (N)
    return operators.embed(
        scope, ids, positions, types, weights.embeddings(), config.layerNormEps());
  }

  @Override
  public void close() {
    weights.close();
  }
}
