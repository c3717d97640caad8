package io.sparkattention.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;

/** What turns a cross-encoder's logits into a score. */
enum ScoreActivation {
  IDENTITY,
  SIGMOID,
  /** The share of the second of two labels, which relevance models of two labels call relevant. */
  SOFTMAX;

  /**
   * The activation that a checkpoint names as sentence-transformers does (its releases write it to
   * different places), or its default: sigmoid for one label, softmax for two.
   *
   * @param config {@code config.json}
   * @param sentenceConfig {@code config_sentence_transformers.json}, or an empty node
   */
  static ScoreActivation of(
      JsonNode config, JsonNode sentenceConfig, int labels, List<String> problems) {
    if (labels > 2) {
      problems.add(
          "the classification head has "
              + labels
              + " labels: a cross-encoder that scores pairs has one, or two");
    }
    if (labels == 2) {
      return SOFTMAX;
    }
    String name =
        Stream.of(
                sentenceConfig.path("activation_fn"),
                config.path("sentence_transformers").path("activation_fn"),
                config.path("sbert_ce_default_activation_function"))
            .filter(JsonNode::isTextual)
            .map(JsonNode::asText)
            .findFirst()
            .orElse("Sigmoid");
    switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "Sigmoid":
        return SIGMOID;
      case "Identity":
        return IDENTITY;
      default:
        problems.add(
            "config.json: activation " + name + " is not supported: Sigmoid and Identity are");
        return IDENTITY;
    }
  }

  /** The score of one row of logits. */
  float score(float[] logits) {
    return switch (this) {
      case IDENTITY -> logits[0];
      case SIGMOID -> (float) (1 / (1 + Math.exp(-logits[0])));
      case SOFTMAX -> (float) (1 / (1 + Math.exp(logits[0] - (double) logits[1])));
    };
  }
}
