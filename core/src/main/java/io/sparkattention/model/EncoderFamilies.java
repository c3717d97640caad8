package io.sparkattention.model;

import io.sparkattention.model.bert.BertFamily;
import io.sparkattention.model.bigbird.BigBirdFamily;
import io.sparkattention.model.distilbert.DistilBertFamily;
import io.sparkattention.model.longformer.LongformerFamily;
import io.sparkattention.model.modernbert.ModernBertFamily;
import io.sparkattention.model.mpnet.MpnetFamily;
import io.sparkattention.model.roberta.RobertaFamily;
import io.sparkattention.registry.Spelling;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The encoder families, by the {@code model_type} of their {@code config.json}. */
public final class EncoderFamilies {

  private static final Map<String, EncoderFamily> FAMILIES =
      new TreeMap<>(
          Map.of(
              "bert", new BertFamily(),
              "big_bird", new BigBirdFamily(),
              "distilbert", new DistilBertFamily(),
              "longformer", new LongformerFamily(),
              "modernbert", new ModernBertFamily(),
              "mpnet", new MpnetFamily(),
              "roberta", new RobertaFamily("roberta"),
              "xlm-roberta", new RobertaFamily("xlm-roberta")));

  private EncoderFamilies() {}

  /** The model types, sorted. */
  public static Set<String> modelTypes() {
    return FAMILIES.keySet();
  }

  /**
   * The family of a model type.
   *
   * @throws IllegalArgumentException if it is not supported; the message lists those that are
   */
  static EncoderFamily of(String modelType) {
    EncoderFamily family = FAMILIES.get(modelType);
    if (family == null) {
      throw new IllegalArgumentException(
          "config.json: model_type '"
              + modelType
              + "' is not supported"
              + Spelling.hint(modelType, FAMILIES.keySet())
              + ": the supported ones are "
              + String.join(", ", FAMILIES.keySet()));
    }
    return family;
  }
}
