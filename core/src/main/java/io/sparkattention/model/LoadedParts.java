package io.sparkattention.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.text.Tokenizer;
import java.util.List;

/**
 * What a loaded model consists of.
 *
 * @param classification null where the checkpoint has no such head
 * @param maskedLm null where the checkpoint has no such head
 * @param colBert null where the checkpoint was not trained for late interaction
 */
record LoadedParts(
    JsonNode configJson,
    Encoder encoder,
    LayerOperators operators,
    Tokenizer tokenizer,
    SentenceModules modules,
    List<DenseHead> dense,
    ClassificationHead classification,
    MaskedLmHead maskedLm,
    ColBertHead colBert,
    LongText longText,
    AttentionShape shape,
    String fingerprint)
    implements AutoCloseable {

  @Override
  public void close() {
    encoder.close();
    operators.close();
    tokenizer.close();
  }
}
