package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.kvcache.CacheStorage;
import io.sparkattention.kvcache.FullPolicy;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.model.AttentionProjections;
import io.sparkattention.model.WatchedModel;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokenizer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A decoder that is watched while it reads whole texts, each token seeing those before it.
 *
 * @param decoder the model's, or one of the same weights
 */
public record WatchedDecoder(CausalLm model, Decoder decoder, String fingerprint)
    implements WatchedModel {

  private static final FullPolicy EVERYTHING = new FullPolicy(CacheStorage.MODEL);

  @Override
  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  @Override
  public NDManager owner() {
    return model.owner();
  }

  @Override
  public int layers() {
    return decoder.config().layers().size();
  }

  @Override
  public int maxTokens() {
    return decoder.config().maxLength();
  }

  @Override
  public int vocabSize() {
    return decoder.config().vocabSize();
  }

  @Override
  public AttentionShape shape() {
    return decoder.attentionShape();
  }

  @Override
  public Attention mechanism() {
    return decoder.mechanism();
  }

  @Override
  public NDArray read(NDManager scope, TokenBatch batch, List<AttentionProbe> probes) {
    int[] rows = IntStream.range(0, batch.size()).toArray();
    try (NDManager local = scope.newSubManager();
        KvCache cache = decoder.newCache(local, EVERYTHING, batch.size(), batch.longest())) {
      NDArray hidden = decoder.read(local, batch, cache, rows, probes); // (N, hidden)
      return decoder.normed(scope, hidden);
    }
  }

  @Override
  public List<NDArray> hiddenStates(NDManager scope, TokenBatch batch) {
    return decoder.hiddenStates(scope, batch, EVERYTHING);
  }

  @Override
  public WatchedModel withAttention(Attention other) {
    return new WatchedDecoder(model, decoder.withAttention(other), fingerprint);
  }

  @Override
  public AttentionProjections projections() {
    return model.projections();
  }
}
