package io.sparkattention.bench.quality;

import io.sparkattention.model.ChunkEmbedder;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.model.TokenEmbedder;
import io.sparkattention.model.TokenVectors;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A model that reads each text once in each way, so that strategies can be compared without reading
 * a collection again for each. What a strategy would have cost on its own follows from its tokens
 * and {@link #secondsPerToken}.
 */
final class RememberingModel {

  private final LoadedModel model;
  private final Map<String, Remembered<?>> ways = new TreeMap<>();

  RememberingModel(LoadedModel model) {
    this.model = model;
  }

  /** Time per token of all that was read so far. */
  double secondsPerToken() {
    long tokens = ways.values().stream().mapToLong(Remembered::tokens).sum();
    return tokens == 0 ? 0 : seconds() / tokens;
  }

  /** Time that the model was read with so far. */
  double seconds() {
    return ways.values().stream().mapToLong(Remembered::nanos).sum() / 1e9;
  }

  TextEmbedder embedder() {
    TextEmbedder embedder = model.embedder();
    return new TextEmbedder() {
      @Override
      public List<Embedding> embed(List<String> texts, Role role) {
        return RememberingModel.this
            .<Embedding>way(
                "text " + role,
                () -> new Remembered<>(unread -> embedder.embed(unread, role), Embedding::tokens))
            .of(texts);
      }

      @Override
      public int dimension() {
        return embedder.dimension();
      }
    };
  }

  TokenEmbedder tokenEmbedder() {
    TokenEmbedder embedder = model.tokenEmbedder();
    return new TokenEmbedder() {
      @Override
      public List<TokenVectors> embed(List<String> texts, Role role) {
        return RememberingModel.this
            .<TokenVectors>way(
                "tokens " + role,
                () ->
                    new Remembered<>(unread -> embedder.embed(unread, role), TokenVectors::tokens))
            .of(texts);
      }

      @Override
      public int dimension() {
        return embedder.dimension();
      }
    };
  }

  ChunkEmbedder chunkEmbedder() {
    ChunkEmbedder embedder = model.chunkEmbedder();
    return new ChunkEmbedder() {
      @Override
      public List<ChunkVectors> embedChunks(List<String> texts, Role role, int maxTokens) {
        return RememberingModel.this
            .<ChunkVectors>way(
                "chunks " + role + " " + maxTokens,
                () ->
                    new Remembered<>(
                        unread -> embedder.embedChunks(unread, role, maxTokens),
                        ChunkVectors::tokens))
            .of(texts);
      }

      @Override
      public List<ChunkVectors> embedChunks(
          List<String> texts, Role role, int maxTokens, Head head) {
        return embedder.embedChunks(texts, role, maxTokens, head);
      }
    };
  }

  @SuppressWarnings("unchecked") // a way always makes the same of a text
  private <V> Remembered<V> way(String name, Supplier<Remembered<V>> made) {
    return (Remembered<V>) ways.computeIfAbsent(name, n -> made.get());
  }
}
