package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.PackedSequences;
import io.sparkattention.text.Chunk;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Embeds texts with an encoder and the modules that a sentence-transformers directory names. A text
 * longer than the model is read in overlapping chunks whose vectors are averaged by their tokens.
 */
final class EncoderTextEmbedder implements TextEmbedder, ChunkEmbedder {

  private final Encoder encoder;
  private final Attention mechanism;
  private final Tokenizer tokenizer;
  private final SentenceModules modules;
  private final List<DenseHead> dense;
  private final LayerOperators operators;
  private final BatchRunner runner;
  private final LongText longText;

  EncoderTextEmbedder(
      Encoder encoder,
      Attention mechanism,
      Tokenizer tokenizer,
      SentenceModules modules,
      List<DenseHead> dense,
      LayerOperators operators,
      BatchRunner runner,
      LongText longText) {
    this.encoder = encoder;
    this.mechanism = mechanism;
    this.tokenizer = tokenizer;
    this.modules = modules;
    this.dense = dense;
    this.operators = operators;
    this.runner = runner;
    this.longText = longText;
  }

  @Override
  public int dimension() {
    return dense.isEmpty()
        ? encoder.config().hiddenSize() * modules.pooling().modes().size()
        : dense.get(dense.size() - 1).dimension();
  }

  /** One text's chunks and the vectors that were made of them. */
  private record Reading(List<Chunk> chunks, List<float[]> vectors) {

    int tokens() {
      return LongText.tokens(chunks);
    }
  }

  @Override
  public List<Embedding> embed(List<String> texts, Role role) {
    return read(texts, role, longText, this::vectors).stream()
        .map(
            read ->
                new Embedding(
                    finished(average(read.vectors(), read.chunks()), modules.normalized()),
                    read.tokens(),
                    read.chunks().size(),
                    false))
        .toList();
  }

  @Override
  public List<ChunkVectors> embedChunks(List<String> texts, Role role, int maxTokens) {
    return read(texts, role, longText(maxTokens), this::vectors).stream()
        .map(read -> chunkVectors(read, modules.normalized()))
        .toList();
  }

  @Override
  public List<ChunkVectors> embedChunks(List<String> texts, Role role, int maxTokens, Head head) {
    SelfAttentionPooling pooling = new SelfAttentionPooling(head, encoder, mechanism, operators);
    return read(
            texts,
            role,
            longText(maxTokens),
            (scope, batch, skipped) -> pooling.vectors(scope, batch))
        .stream()
        .map(read -> chunkVectors(read, true))
        .toList();
  }

  private ChunkVectors chunkVectors(Reading read, boolean normalized) {
    List<float[]> vectors =
        read.vectors().stream().map(vector -> finished(vector, normalized)).toList();
    return new ChunkVectors(vectors, read.tokens(), false);
  }

  /** One forward pass; gives one vector per sequence. */
  @FunctionalInterface
  private interface Forward {
    List<float[]> run(NDManager scope, TokenBatch batch, int[] promptTokens);
  }

  private List<Reading> read(List<String> texts, Role role, LongText cut, Forward forward) {
    String prompt = modules.prompt(role);
    List<List<Chunk>> chunks = new ArrayList<>(texts.size());
    List<List<float[]>> vectors =
        runner.run(
            texts.size(),
            i -> {
              chunks.add(cut.chunks(content(prompt, texts.get(i))));
              return LongText.sequences(chunks.get(i));
            },
            (scope, batch, sequences) ->
                forward.run(scope, batch, promptTokens(sequences, prompt)));
    return IntStream.range(0, texts.size())
        .mapToObj(i -> new Reading(chunks.get(i), vectors.get(i)))
        .toList();
  }

  private LongText longText(int maxTokens) {
    return maxTokens == 0 ? longText : longText.withAtMost(tokenizer.template(), maxTokens);
  }

  /** Places of tokens are needed only to tell a prompt that is not pooled from the text. */
  private Tokens content(String prompt, String text) {
    boolean apart = !prompt.isEmpty() && !modules.pooling().includePrompt();
    return apart
        ? tokenizer.encodeContent(prompt + text)
        : tokenizer.encodeContentIds(prompt + text);
  }

  private List<float[]> vectors(NDManager scope, TokenBatch batch, int[] skipped) {
    NDArray hidden = encoder.encode(scope, batch, List.of()); // (N, hidden)
    PackedSequences sequences = PackedSequences.of(scope, batch.offsets(), operators.precision());
    NDArray pooled =
        modules.pooling().pool(scope, hidden, sequences, skipped, operators); // (B, columns)
    for (DenseHead head : dense) {
      pooled = head.apply(scope, pooled); // (B, dimension)
    }
    return Rows.of(pooled);
  }

  /** For each sequence, how many tokens from its first on belong to a prompt that is not pooled. */
  private int[] promptTokens(List<Tokens> sequences, String prompt) {
    int[] tokens = new int[sequences.size()];
    if (modules.pooling().includePrompt() || prompt.isEmpty()) {
      return tokens;
    }
    int end = prompt.codePointCount(0, prompt.length());
    Arrays.setAll(tokens, i -> sequences.get(i).countBefore(end));
    return tokens;
  }

  private static float[] average(List<float[]> vectors, List<Chunk> chunks) {
    if (vectors.size() == 1) {
      return vectors.get(0);
    }
    double total = chunks.stream().mapToDouble(Chunk::weight).sum();
    float[] mean = new float[vectors.get(0).length];
    for (int i = 0; i < vectors.size(); i++) {
      float[] vector = vectors.get(i);
      double share = chunks.get(i).weight() / total;
      for (int k = 0; k < mean.length; k++) {
        mean[k] += (float) (share * vector[k]);
      }
    }
    return mean;
  }

  private static float[] finished(float[] vector, boolean normalized) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    if (!Double.isFinite(squares)) {
      throw new ArithmeticException("the model gave a vector that is not finite");
    }
    if (!normalized || squares == 0) {
      return vector;
    }
    float[] unit = new float[vector.length];
    double length = Math.sqrt(squares);
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (vector[i] / length);
    }
    return unit;
  }
}
