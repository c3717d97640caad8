package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.kvcache.FullPolicy;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.model.AttentionProjections;
import io.sparkattention.model.WatchedModel;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.model.WatchedWriter;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.probe.WritingProbe;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A decoder that is watched while it reads whole texts, each token seeing those before it, or while
 * it writes on.
 *
 * @param decoder the model's, or one of the same weights
 */
public record WatchedDecoder(CausalLm model, Decoder decoder, WatchedSite site, String fingerprint)
    implements WatchedWriter {

  @Override
  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  @Override
  public NDManager owner() {
    return model.owner();
  }

  @Override
  public Path directory() {
    return model.directory();
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
        KvCache cache = decoder.newCache(local, FullPolicy.USUAL, batch.size(), batch.longest())) {
      NDArray hidden = decoder.read(local, batch, cache, rows, probes); // (N, hidden)
      return decoder.normed(scope, hidden);
    }
  }

  @Override
  public List<NDArray> hiddenStates(NDManager scope, TokenBatch batch) {
    return decoder.hiddenStates(scope, batch, FullPolicy.USUAL);
  }

  @Override
  public WatchedModel withAttention(Attention other) {
    return new WatchedDecoder(model, decoder.withAttention(other), site, fingerprint);
  }

  @Override
  public int[] start() {
    return new int[0];
  }

  @Override
  public int maxWritten(int source) {
    return Math.max(0, maxTokens() - source);
  }

  @Override
  public void write(NDManager scope, TokenBatch sources, List<int[]> written, WritingProbe probe) {
    int capacity = 0;
    for (int i = 0; i < sources.size(); i++) {
      capacity = Math.max(capacity, sources.length(i) + written.get(i).length);
    }
    int[] texts = IntStream.range(0, sources.size()).toArray();
    try (NDManager local = scope.newSubManager();
        Continuation rows =
            new DecoderContinuation(
                decoder, FullPolicy.USUAL, texts.length, capacity, List.of(probe))) {
      rows.begin(local, texts, prompts(sources)).close();
      for (int token = 0; ; token++) {
        int place = token;
        int[] before = texts;
        int[] kept =
            IntStream.range(0, before.length)
                .filter(row -> written.get(before[row]).length > place)
                .toArray();
        if (kept.length == 0) {
          return;
        }
        if (kept.length < before.length) {
          rows.select(kept);
          texts = Arrays.stream(kept).map(row -> before[row]).toArray();
        }
        probe.next(texts, token);
        int[] ids = Arrays.stream(texts).map(text -> written.get(text)[place]).toArray();
        rows.next(local, ids).close();
      }
    }
  }

  private static List<int[]> prompts(TokenBatch sources) {
    return IntStream.range(0, sources.size())
        .mapToObj(
            i -> Arrays.copyOfRange(sources.ids(), sources.offsets()[i], sources.offsets()[i + 1]))
        .toList();
  }

  @Override
  public AttentionProjections projections() {
    return model.projections();
  }
}
