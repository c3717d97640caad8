package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionMemory;
import io.sparkattention.model.decoder.Rotary;
import io.sparkattention.tensor.Angles;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.NormPlace;
import io.sparkattention.tensor.SublayerForm;
import io.sparkattention.tensor.SublayerOperators;
import io.sparkattention.tensor.Uploads;
import io.sparkattention.text.TokenBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An encoder of pre-norm layers with rotary embeddings and gated feed-forward blocks, such as
 * ModernBERT. The first layer reads the normalized embeddings without a norm of its own.
 */
final class PreNormEncoder extends LayeredEncoder {

  private final PreNormWeights weights;
  private final LayerOperators layerOperators;
  private final List<Rotary> rotaries;
  private final SublayerOperators first;
  private final SublayerOperators operators;

  PreNormEncoder(
      EncoderConfig config,
      PreNormWeights weights,
      LayerOperators layerOperators,
      Attention attention,
      int maxTokens) {
    super(config, attention, maxTokens);
    EncoderConfig.PreNorm preNorm = config.preNorm().orElseThrow();
    SublayerForm form = preNorm.form();
    this.weights = weights;
    this.layerOperators = layerOperators;
    this.rotaries = preNorm.rotaries();
    this.first = layerOperators.sublayers(form.with(NormPlace.NOWHERE));
    this.operators = layerOperators.sublayers(form);
  }

  @Override
  public NDManager owner() {
    return weights.owner();
  }

  @Override
  NDArray embed(NDManager scope, TokenBatch batch) {
    NDArray x = operators.words(scope, Uploads.of(scope, batch.ids()), weights.words(), 1);
    return normed(scope, x, weights.embeddingNorm()); // (N, hidden)
  }

  @Override
  EncoderPass pass(NDManager scope, TokenBatch batch) {
    NDArray positions = Uploads.of(scope, EncoderInput.positions(batch, config())); // (N)
    Map<Rotary, Angles> angles = new HashMap<>();
    for (Rotary each : rotaries) {
      angles.computeIfAbsent(each, rotary -> angles(scope, positions, rotary));
    }
    return new EncoderPass(batch, null, angles, new AttentionMemory(scope));
  }

  private Angles angles(NDManager scope, NDArray positions, Rotary rotary) {
    NDArray frequencies = Uploads.of(scope, rotary.frequencies(0)); // (D / 2)
    return operators.angles(scope, positions, frequencies, rotary.factor(), weights.words());
  }

  @Override
  NDList project(NDManager scope, NDArray x, int layer, EncoderPass pass) {
    Angles angles = pass.angles().get(rotaries.get(layer));
    return ofAttention(layer).projectRotated(scope, x, angles, weights.layers().get(layer).self());
  }

  @Override
  NDArray finish(NDManager scope, NDArray x, NDArray attended, int layer) {
    PreNormWeights.Layer w = weights.layers().get(layer);
    NDArray y = ofAttention(layer).attended(scope, x, attended, w.self()); // (N, hidden)
    return operators.feed(scope, y, w.feedForward());
  }

  @Override
  NDArray ended(NDManager scope, NDArray x) {
    return normed(scope, x, weights.finalNorm());
  }

  private SublayerOperators ofAttention(int layer) {
    return layer == 0 ? first : operators;
  }

  private NDArray normed(NDManager scope, NDArray x, List<NDArray> norm) {
    return operators.norm(scope, x, norm.get(0), norm.get(1));
  }

  @Override
  public Encoder withAttention(Attention other) {
    return new PreNormEncoder(config(), weights, layerOperators, other, maxTokens());
  }

  @Override
  public void close() {
    weights.close();
    first.close();
    operators.close();
  }
}
