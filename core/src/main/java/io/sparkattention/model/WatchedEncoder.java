package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.attention.PerLayerAttention;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;

/**
 * An encoder that is watched.
 *
 * @param asked the mechanism that was asked for
 */
record WatchedEncoder(LoadedParts parts, Encoder encoder, Attention asked, Path directory)
    implements WatchedModel {

  @Override
  public Tokenizer tokenizer() {
    return parts.tokenizer();
  }

  @Override
  public NDManager owner() {
    return encoder.owner();
  }

  @Override
  public WatchedSite site() {
    return WatchedSite.SELF;
  }

  @Override
  public int layers() {
    return encoder.config().layers();
  }

  @Override
  public int maxTokens() {
    return encoder.maxTokens();
  }

  @Override
  public int vocabSize() {
    return encoder.config().vocabSize();
  }

  @Override
  public AttentionShape shape() {
    return parts.shape();
  }

  @Override
  public Attention mechanism() {
    EncoderConfig config = encoder.config();
    if (config.trained().isEmpty()) {
      return asked;
    }
    return PerLayerAttention.of(TrainedMechanisms.unless(asked, config.trained(), config.layers()));
  }

  @Override
  public NDArray read(NDManager scope, TokenBatch batch, List<AttentionProbe> probes) {
    return encoder.encode(scope, batch, probes);
  }

  @Override
  public List<NDArray> hiddenStates(NDManager scope, TokenBatch batch) {
    return encoder.hiddenStates(scope, batch);
  }

  @Override
  public WatchedModel withAttention(Attention other) {
    return new WatchedEncoder(parts, encoder.withAttention(other), other, directory);
  }

  @Override
  public AttentionProjections projections() {
    return AttentionProjections.read(directory);
  }

  @Override
  public String fingerprint() {
    return parts.fingerprint();
  }
}
