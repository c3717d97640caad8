package io.sparkattention.weights;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the variables of Google's BERT checkpoints are called in Hugging Face's models.
 *
 * <p>{@code module/bert/encoder/layer_0/attention/self/query/kernel} is {@code
 * bert.encoder.layer.0.attention.self.query.weight}.
 */
final class TensorFlowBertNames {

  private static final Pattern WEIGHT = Pattern.compile("(?:.*/)?((?:bert|cls)/.+)");
  private static final Pattern OPTIMIZER = Pattern.compile(".*/(adam_[mv]|Adam(_1)?)");

  private static final Map<String, String> LAST =
      Map.of(
          "kernel", "weight",
          "gamma", "weight",
          "beta", "bias",
          "word_embeddings", "word_embeddings.weight",
          "position_embeddings", "position_embeddings.weight",
          "token_type_embeddings", "token_type_embeddings.weight",
          "output_bias", "bias",
          "output_weights", "weight");

  private TensorFlowBertNames() {}

  /** Whether the variable belongs to the model rather than to its training. */
  static boolean isWeight(String variable) {
    return WEIGHT.matcher(variable).matches() && !OPTIMIZER.matcher(variable).matches();
  }

  static String huggingFaceName(String variable) {
    var matcher = WEIGHT.matcher(variable);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(variable + " is no variable of BERT");
    }
    String path = matcher.group(1).replaceAll("layer_(\\d+)", "layer/$1");
    int slash = path.lastIndexOf('/') + 1;
    String last = path.substring(slash);
    return (path.substring(0, slash) + LAST.getOrDefault(last, last)).replace('/', '.');
  }
}
