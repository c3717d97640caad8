package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionMemory;
import io.sparkattention.attention.GlobalProjections;
import io.sparkattention.attention.PositionBias;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.PackedSequences;
import io.sparkattention.tensor.Uploads;
import io.sparkattention.text.TokenBatch;
import java.util.Map;

/** An encoder of post-norm layers: BERT and its relatives. */
final class PostNormEncoder extends LayeredEncoder {

  private final EncoderWeights weights;
  private final LayerOperators operators;

  /**
   * @param maxTokens the longest sequence to read; beyond the model's positions they are tiled
   */
  PostNormEncoder(
      EncoderConfig config,
      EncoderWeights weights,
      LayerOperators operators,
      Attention attention,
      int maxTokens) {
    super(config, attention, maxTokens);
    this.weights = weights;
    this.operators = operators;
  }

  @Override
  public NDManager owner() {
    return weights.owner();
  }

  @Override
  NDArray embed(NDManager scope, TokenBatch batch) {
    NDArray ids = Uploads.of(scope, batch.ids()); // (N)
    NDArray positions = Uploads.of(scope, EncoderInput.positions(batch, config())); // (N)
    NDArray types = batch.typeIds() == null ? null : Uploads.of(scope, batch.typeIds()); // (N)
    return operators.embed(
        scope, ids, positions, types, weights.embeddings(), config().layerNormEps());
  }

  @Override
  NDList project(NDManager scope, NDArray x, int layer, EncoderPass pass) {
    return operators.project(scope, x, config().heads(), weights.layers().get(layer));
  }

  @Override
  NDArray finish(NDManager scope, NDArray x, NDArray attended, int layer) {
    double eps = config().layerNormEps();
    return operators.finish(scope, x, attended, weights.layers().get(layer), eps);
  }

  @Override
  EncoderPass pass(NDManager scope, TokenBatch batch) {
    PackedSequences sequences =
        weights.bias() == null
            ? PackedSequences.of(scope, batch.offsets(), operators.precision())
            : null;
    return new EncoderPass(batch, sequences, Map.of(), new AttentionMemory(scope));
  }

  @Override
  NDArray whole(NDManager scope, NDArray x, int layer, PackedSequences sequences) {
    return operators.layer(
        scope,
        x,
        config().heads(),
        sequences,
        weights.layers().get(layer),
        scale,
        config().layerNormEps());
  }

  @Override
  GlobalProjections globals(NDManager scope, NDArray x, int layer) {
    if (weights.globals().isEmpty()) {
      return null;
    }
    EncoderWeights.Projections own = weights.globals().get(layer);
    NDList qkv = operators.projectBy(scope, x, config().heads(), own.weight(), own.bias());
    return new GlobalProjections(qkv.get(0), qkv.get(1), qkv.get(2)); // each (N, H, D)
  }

  @Override
  PositionBias bias() {
    return weights.bias() == null ? null : new RelativeBuckets(weights.bias());
  }

  @Override
  public Encoder withAttention(Attention other) {
    return new PostNormEncoder(config(), weights, operators, other, maxTokens());
  }

  @Override
  public void close() {
    weights.close();
  }
}
