package io.sparkattention.model.seq2seq;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.model.bart.BartFamily;
import io.sparkattention.model.led.LedFamily;
import io.sparkattention.model.longt5.LongT5Family;
import io.sparkattention.model.pegasus.PegasusFamily;
import io.sparkattention.model.t5.T5Family;
import io.sparkattention.registry.Spelling;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The encoder-decoder families, by the {@code model_type} of their {@code config.json}. */
public final class Seq2SeqFamilies {

  private static final Map<String, Seq2SeqFamily> FAMILIES =
      new TreeMap<>(
          Map.of(
              "bart", new BartFamily(),
              "led", new LedFamily(),
              "longt5", new LongT5Family(),
              "mt5", new T5Family("mt5"),
              "pegasus", new PegasusFamily(),
              "t5", new T5Family("t5")));

  private Seq2SeqFamilies() {}

  /** The model types, sorted. */
  public static Set<String> modelTypes() {
    return FAMILIES.keySet();
  }

  /**
   * The family of a {@code config.json}.
   *
   * @throws IllegalArgumentException if it is not supported; the message lists those that are
   */
  static Seq2SeqFamily require(JsonNode json) {
    String type = json.path("model_type").asText("");
    Seq2SeqFamily family = FAMILIES.get(type);
    if (family == null) {
      throw new IllegalArgumentException(
          "config.json: model_type '"
              + type
              + "' is no encoder-decoder that is supported"
              + Spelling.hint(type, FAMILIES.keySet())
              + ": the supported ones are "
              + String.join(", ", FAMILIES.keySet()));
    }
    return family;
  }
}
