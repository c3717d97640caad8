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
import java.util.BitSet;
import java.util.List;

/** The token vectors of a ColBERT checkpoint (arXiv:2004.12832). */
final class ColBertTokenEmbedder implements TokenEmbedder {

  private final Encoder encoder;
  private final Tokenizer tokenizer;
  private final ColBertReading reading;
  private final TokenProjection projection;
  private final LayerOperators operators;
  private final BatchRunner runner;

  ColBertTokenEmbedder(
      Encoder encoder,
      Tokenizer tokenizer,
      ColBertHead head,
      LayerOperators operators,
      BatchRunner runner) {
    this.encoder = encoder;
    this.tokenizer = tokenizer;
    this.reading = head.reading();
    this.projection = head.projection();
    this.operators = operators;
    this.runner = runner;
  }

  @Override
  public int dimension() {
    return projection.dimension();
  }

  @Override
  public List<TokenVectors> embed(List<String> texts, Role role) {
    boolean query = role == Role.QUERY;
    List<List<Chunk>> chunks = new ArrayList<>(texts.size());
    List<List<float[]>> vectors =
        runner.run(
            texts.size(),
            i -> {
              Tokens content = tokenizer.encodeContentIds(texts.get(i));
              chunks.add(query ? reading.query(content) : reading.passage(content));
              return LongText.sequences(chunks.get(i));
            },
            (scope, batch, sequences) -> vectors(scope, batch));
    List<TokenVectors> embedded = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      ChunkedTokens read = ChunkedTokens.of(chunks.get(i), vectors.get(i), dimension());
      BitSet skipped = query ? new BitSet() : reading.skipped(read.tokens());
      embedded.add(read.vectors(skipped, chunks.get(i)).content().normalized());
    }
    return embedded;
  }

  private List<float[]> vectors(NDManager scope, TokenBatch batch) {
    NDArray hidden = encoder.encode(scope, batch, reading.attendedTo(batch)); // (N, hidden)
    NDArray projected = projection.apply(scope, hidden); // (N, dimension)
    return EncoderTokenEmbedder.perSequence(
        operators.toFloat32(scope, projected).toFloatArray(), batch);
  }
}
