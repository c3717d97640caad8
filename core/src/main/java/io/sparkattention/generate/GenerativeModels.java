package io.sparkattention.generate;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.model.CheckpointFiles;
import io.sparkattention.model.ModelLoadException;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.CausalLm;
import io.sparkattention.model.decoder.DecoderFamilies;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.seq2seq.Seq2SeqFamilies;
import io.sparkattention.model.seq2seq.Seq2SeqLm;
import io.sparkattention.registry.Spelling;
import io.sparkattention.weights.CheckpointException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Loads models that continue or rewrite texts, whichever kind a directory holds. */
public final class GenerativeModels {

  private GenerativeModels() {}

  /** The {@code model_type}s that can be loaded, sorted. */
  public static Set<String> modelTypes() {
    Set<String> types = new TreeSet<>(DecoderFamilies.modelTypes());
    types.addAll(Seq2SeqFamilies.modelTypes());
    return types;
  }

  /** Whether a directory holds such a model; not if it has no readable {@code config.json}. */
  public static boolean holds(Path directory) {
    JsonNode json = new CheckpointFiles(directory).configJson();
    return json != null && modelTypes().contains(json.path("model_type").asText(""));
  }

  /**
   * Loads a model from a local directory in the layout of Hugging Face.
   *
   * @throws ModelLoadException with every reason why the model, its mechanism or its device cannot
   *     be used
   */
  public static GenerativeModel load(Path directory, ModelSpec spec) {
    CheckpointFiles files = new CheckpointFiles(directory);
    JsonNode json = files.configJson();
    files.requireNone(spec.location());
    String type = json.path("model_type").asText("");
    try {
      if (Seq2SeqFamilies.modelTypes().contains(type)) {
        return Seq2SeqLm.load(directory, spec);
      }
      if (DecoderFamilies.modelTypes().contains(type)) {
        return CausalLm.load(directory, spec);
      }
    } catch (CheckpointException e) { // found while weights were read
      throw new ModelLoadException(spec.location(), e.problems());
    }
    throw new ModelLoadException(
        spec.location(),
        List.of(
            "config.json: model_type '"
                + type
                + "' does not generate text here"
                + Spelling.hint(type, modelTypes())
                + ": the supported ones are "
                + String.join(", ", modelTypes())));
  }
}
