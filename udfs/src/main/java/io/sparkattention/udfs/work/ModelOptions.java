package io.sparkattention.udfs.work;

import io.sparkattention.attention.Attention;
import io.sparkattention.attention.Attentions;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.location.ModelLocalizer;
import java.util.List;

/** Which model runs, and how. */
public final class ModelOptions {

  public static final JobOption<String> MODEL =
      JobOption.withDefault(
          "model",
          OptionType.PATH,
          "minilm",
          "The model: a known name (see list models), a directory, or a URI such as hdfs://… or"
              + " hf://org/name@revision");
  public static final JobOption<Attention> ATTENTION =
      JobOption.withDefault(
          "attention",
          OptionType.spec(Attentions.REGISTRY),
          "dense",
          "The attention mechanism with its options (see list attention)");
  public static final JobOption<String> DTYPE =
      JobOption.withDefault(
          "dtype", OptionType.oneOf("fp32", "fp16", "bf16"), "fp32", "The precision of the model");
  public static final JobOption<String> DEVICE =
      JobOption.withDefault(
          "device",
          new OptionType<>("cpu|gpu|gpu:0", ModelOptions::device),
          "cpu",
          "Where the model runs; gpu takes the one that Spark assigns to a task");
  public static final JobOption<Integer> MAX_TOKENS =
      JobOption.withDefault(
          "max-tokens",
          OptionType.wholeNumber(0),
          "0",
          "The longest sequence in one forward pass; longer text is read in overlapping chunks; 0"
              + " takes the model's own limit");

  /** All of them. */
  public static final List<JobOption<?>> OPTIONS =
      List.of(MODEL, ATTENTION, DTYPE, DEVICE, MAX_TOKENS);

  private ModelOptions() {}

  /**
   * The model that settings describe, at a revision that does not move.
   *
   * @throws IllegalArgumentException if the revision cannot be found
   */
  public static ModelSpec spec(JobSettings settings) {
    return new ModelSpec(
        ModelLocalizer.pinned(settings.value(MODEL)),
        Attentions.REGISTRY.format(settings.value(ATTENTION)),
        settings.value(DTYPE),
        settings.value(DEVICE),
        settings.value(MAX_TOKENS),
        "");
  }

  /** What rows made by a model say about it. */
  public static Provenance provenance(ModelSpec spec) {
    return new Provenance(spec.location(), spec.attention());
  }

  private static String device(String text) {
    if (!text.matches("cpu|gpu(:\\d{1,3})?")) {
      throw new IllegalArgumentException("use cpu, gpu, or gpu:0 for the first");
    }
    return text;
  }
}
