package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.text.Chunk;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** The activations of an encoder's last layer as vectors of tokens. */
final class EncoderTokenEmbedder implements TokenEmbedder {

  private final Encoder encoder;
  private final Tokenizer tokenizer;
  private final SentenceModules modules;
  private final LayerOperators operators;
  private final BatchRunner runner;
  private final LongText longText;

  EncoderTokenEmbedder(
      Encoder encoder,
      Tokenizer tokenizer,
      SentenceModules modules,
      LayerOperators operators,
      BatchRunner runner,
      LongText longText) {
    this.encoder = encoder;
    this.tokenizer = tokenizer;
    this.modules = modules;
    this.operators = operators;
    this.runner = runner;
    this.longText = longText;
  }

  @Override
  public int dimension() {
    return encoder.config().hiddenSize();
  }

  @Override
  public List<TokenVectors> embed(List<String> texts, Role role) {
    String prompt = modules.prompt(role);
    List<List<Chunk>> chunks = new ArrayList<>(texts.size());
    List<List<float[]>> vectors =
        runner.run(
            texts.size(),
            i -> {
              chunks.add(longText.chunks(content(prompt, texts.get(i))));
              return LongText.sequences(chunks.get(i));
            },
            (scope, batch, sequences) -> vectors(scope, batch));
    List<TokenVectors> embedded = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      List<Chunk> read = chunks.get(i);
      ChunkedTokens tokens = ChunkedTokens.of(read, vectors.get(i), dimension());
      BitSet special = special(tokens.tokens(), prompt);
      embedded.add(tokens.vectors(special, read));
    }
    return embedded;
  }

  /** Places of tokens are needed only to tell a prompt from the text. */
  private Tokens content(String prompt, String text) {
    return prompt.isEmpty()
        ? tokenizer.encodeContentIds(text)
        : tokenizer.encodeContent(prompt + text);
  }

  private List<float[]> vectors(NDManager scope, TokenBatch batch) {
    NDArray hidden = encoder.encode(scope, batch, List.of()); // (N, hidden)
    float[] flat = operators.toFloat32(scope, hidden).toFloatArray();
    return perSequence(flat, batch);
  }

  /** The part of each sequence in the vectors of a batch. */
  static List<float[]> perSequence(float[] flat, TokenBatch batch) {
    int dimension = flat.length / batch.tokens();
    List<float[]> parts = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      parts.add(
          Arrays.copyOfRange(
              flat, batch.offsets()[i] * dimension, batch.offsets()[i + 1] * dimension));
    }
    return parts;
  }

  private static BitSet special(Tokens tokens, String prompt) {
    BitSet special = new BitSet(tokens.length());
    for (int i = 0; i < tokens.length(); i++) {
      special.set(i, tokens.isSpecial(i));
    }
    special.set(0, tokens.countBefore(prompt.codePointCount(0, prompt.length())));
    return special;
  }
}
