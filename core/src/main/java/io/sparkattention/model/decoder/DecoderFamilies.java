package io.sparkattention.model.decoder;

import io.sparkattention.model.gemma3.Gemma3Family;
import io.sparkattention.model.gpt2.Gpt2Family;
import io.sparkattention.model.llama.LlamaFamily;
import io.sparkattention.model.mistral.MistralFamily;
import io.sparkattention.model.mpt.MptFamily;
import io.sparkattention.model.phi3.Phi3Family;
import io.sparkattention.model.qwen2.Qwen2Family;
import io.sparkattention.model.qwen3.Qwen3Family;
import io.sparkattention.model.smollm3.SmolLm3Family;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The decoder families, by the {@code model_type} of their {@code config.json}. */
public final class DecoderFamilies {

  private static final Map<String, DecoderFamily> FAMILIES =
      new TreeMap<>(
          Map.of(
              "gemma3", Gemma3Family.nested(),
              "gemma3_text", Gemma3Family.text(),
              "gpt2", new Gpt2Family(),
              "llama", new LlamaFamily(),
              "mistral", new MistralFamily(),
              "mpt", new MptFamily(),
              "phi3", new Phi3Family(),
              "qwen2", new Qwen2Family(),
              "qwen3", new Qwen3Family(),
              "smollm3", new SmolLm3Family()));

  private DecoderFamilies() {}

  /** The family of a model type, empty if it is none of these. */
  public static Optional<DecoderFamily> of(String modelType) {
    return Optional.ofNullable(FAMILIES.get(modelType));
  }

  /** The model types, sorted. */
  public static Set<String> modelTypes() {
    return FAMILIES.keySet();
  }
}
