package io.sparkattention.model;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.attention.Attentions;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.Site;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.weights.WeightReader;
import io.sparkattention.weights.WeightStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Loads a model in two steps: everything that can be checked is checked first, with all problems in
 * one error; then weights go to the device.
 */
final class ModelLoader {

  private final Path directory;
  private final ModelSpec spec;
  private final List<String> problems = new ArrayList<>();

  private ModelLoader(Path directory, ModelSpec spec) {
    this.directory = directory;
    this.spec = spec;
  }

  static LoadedParts load(Path directory, ModelSpec spec) {
    return new ModelLoader(directory, spec).load();
  }

  private LoadedParts load() {
    Precision precision = noted(() -> Precision.of(spec.dtype()));
    Device device = noted(() -> TorchEngine.device(spec.device()));
    Attention attention = noted(() -> Attentions.REGISTRY.parse(spec.attention()));
    SentenceModules modules = noted(() -> SentenceModules.read(directory, problems));
    Path transformer = modules == null ? directory : modules.transformer();
    JsonNode configJson = noted(() -> configJson(transformer));
    EncoderFamily family =
        configJson == null
            ? null
            : noted(() -> EncoderFamilies.of(configJson.path("model_type").asText("")));
    EncoderConfig config = family == null ? null : noted(() -> config(family, configJson));
    Tokenizer tokenizer = noted(() -> tokenizer(transformer));
    if (config != null && attention != null && precision != null && device != null) {
      problems.addAll(attention.unsupportedReasons(shape(config, precision, device)));
    }
    WeightReader reader = noted(() -> reader(transformer, family));
    EncoderLoader loader = null;
    boolean classifies = false;
    boolean predicts = false;
    if (reader != null && config != null) {
      EncoderWeightNames names = family.weightNames();
      loader = new EncoderLoader(config, names, reader);
      loader.require();
      classifies = ClassificationHead.offered(names.classification(), config, reader);
      predicts = MaskedLmHead.offered(names.maskedLm(), config, reader);
      noted(
          () -> {
            reader.check();
            return reader;
          });
    }
    if (!problems.isEmpty()) {
      closeQuietly(reader, tokenizer);
      throw new ModelLoadException(spec.location(), problems);
    }
    try (reader) {
      return assemble(
          new Checked(
              config, family.weightNames(), precision, device, attention, classifies, predicts),
          loader,
          reader,
          tokenizer,
          modules,
          configJson);
    }
  }

  /** What the checks established. */
  private record Checked(
      EncoderConfig config,
      EncoderWeightNames names,
      Precision precision,
      Device device,
      Attention attention,
      boolean classifies,
      boolean predicts) {}

  private LoadedParts assemble(
      Checked checked,
      EncoderLoader loader,
      WeightReader reader,
      Tokenizer tokenizer,
      SentenceModules modules,
      JsonNode configJson) {
    EncoderConfig config = checked.config();
    NDManager owner = TorchEngine.newManager(checked.device());
    LayerOperators operators =
        LayerOperators.load(checked.device(), checked.precision(), config.activation());
    int readable = spec.maxTokens() > 0 ? spec.maxTokens() : config.maxPositions();
    Encoder encoder =
        new PostNormEncoder(
            config, loader.load(owner, operators), operators, checked.attention(), readable);
    List<DenseHead> dense = new ArrayList<>();
    for (Path each : modules.dense()) {
      dense.add(DenseHead.load(each, operators, owner, problems));
    }
    if (!problems.isEmpty()) {
      encoder.close();
      operators.close();
      closeQuietly(reader, tokenizer);
      throw new ModelLoadException(spec.location(), problems);
    }
    int chunk =
        spec.maxTokens() == 0 && modules.maxSequenceLength() > 0
            ? Math.min(readable, modules.maxSequenceLength())
            : readable;
    return new LoadedParts(
        configJson,
        encoder,
        operators,
        tokenizer,
        modules,
        List.copyOf(dense),
        checked.classifies()
            ? ClassificationHead.load(checked.names().classification(), operators, reader, owner)
            : null,
        checked.predicts()
            ? MaskedLmHead.load(checked.names(), config, operators, reader, owner)
            : null,
        new LongText(tokenizer.template(), chunk),
        shape(config, checked.precision(), checked.device()),
        Fingerprint.of(directory));
  }

  private static AttentionShape shape(EncoderConfig config, Precision precision, Device device) {
    return new AttentionShape(
        config.heads(),
        config.heads(),
        config.headSize(),
        Site.Kind.SELF,
        Direction.BIDIRECTIONAL,
        config.relativeBuckets() > 0,
        precision,
        device);
  }

  private JsonNode configJson(Path transformer) {
    Path file = transformer.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          file + " is missing: a model directory has config.json, tokenizer.json and weights");
    }
    return SentenceModules.json(file);
  }

  private EncoderConfig config(EncoderFamily family, JsonNode configJson) {
    ConfigJson json = new ConfigJson(configJson);
    try {
      return family.config(json);
    } finally {
      problems.addAll(json.problems());
    }
  }

  private static Tokenizer tokenizer(Path transformer) {
    try {
      return Tokenizer.open(transformer);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static WeightReader reader(Path transformer, EncoderFamily family) {
    try {
      String prefix = family == null ? "" : family.weightNames().prefix();
      return new WeightReader(WeightStores.withoutPrefix(WeightStores.open(transformer), prefix));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** The value, or null with the reason noted. */
  private <T> T noted(Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
      problems.add(e.getMessage());
      return null;
    }
  }

  private static void closeQuietly(WeightReader reader, Tokenizer tokenizer) {
    if (reader != null) {
      reader.close();
    }
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
