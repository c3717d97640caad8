package io.sparkattention.model;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.attention.Attention;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.weights.WeightReader;
import java.nio.file.Path;

/**
 * A model of which everything fits together; only its weights are not loaded yet.
 *
 * @param configJson {@code config.json}
 * @param maxTokens the longest sequence of one forward pass
 * @param colBert null where the checkpoint was not trained for late interaction
 */
record CheckedModel(
    Path directory,
    JsonNode configJson,
    EncoderConfig config,
    EncoderWeightNames names,
    Precision precision,
    Device device,
    Attention attention,
    int maxTokens,
    SentenceModules modules,
    Tokenizer tokenizer,
    Heads heads,
    LongText longText,
    ColBertReading colBert) {

  /** Which heads a checkpoint has. */
  record Heads(boolean classification, boolean maskedLm, boolean tokenProjection) {}

  /**
   * Brings the model to its device.
   *
   * @param reader of the weights, whose names and shapes were checked
   */
  LoadedParts load(WeightReader reader) {
    String fingerprint = Fingerprint.of(directory);
    LayerOperators operators = LayerOperators.load(device, precision, config.activation());
    NDManager owner = TorchEngine.newManager(device);
    Encoder encoder = null;
    try {
      EncoderArchitecture.Loaded loaded =
          new EncoderArchitecture(config, names, reader)
              .load(owner, operators, attention, maxTokens);
      encoder = loaded.encoder();
      return new LoadedParts(
          configJson,
          encoder,
          operators,
          tokenizer,
          modules,
          modules.dense().stream().map(each -> DenseHead.load(each, operators, owner)).toList(),
          heads.classification()
              ? ClassificationHead.load(names.classification(), config, operators, reader, owner)
              : null,
          heads.maskedLm()
              ? MaskedLmHead.load(names.maskedLm(), config, operators, reader, loaded)
              : null,
          colBert == null
              ? null
              : new ColBertHead(colBert, TokenProjection.load(operators, reader, owner)),
          longText,
          config.attentionShape(precision, device),
          fingerprint);
    } catch (RuntimeException | Error e) {
      if (encoder != null) {
        encoder.close();
      }
      owner.close();
      operators.close();
      throw e;
    }
  }
}
