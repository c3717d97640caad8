package io.sparkattention.model;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.Attentions;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.weights.CheckpointException;
import io.sparkattention.weights.WeightReader;
import io.sparkattention.weights.WeightStore;
import io.sparkattention.weights.WeightStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Loads a model in two steps: everything that can be checked is checked here, with all problems in
 * one error; then {@link CheckedModel} brings the weights to the device.
 */
final class ModelLoader {

  private final Path directory;
  private final ModelSpec spec;
  private final Optional<NativeRoom> room;
  private final List<String> problems = new ArrayList<>();

  private ModelLoader(Path directory, ModelSpec spec, Optional<NativeRoom> room) {
    this.directory = directory;
    this.spec = spec;
    this.room = room;
  }

  static LoadedParts load(Path directory, ModelSpec spec, Optional<NativeRoom> room) {
    return new ModelLoader(directory, spec, room).load();
  }

  private LoadedParts load() {
    Precision precision = noted(() -> Precision.of(spec.dtype()));
    Device device = noted(() -> TorchEngine.device(spec.device()));
    Attention attention = noted(() -> Attentions.REGISTRY.parse(spec.attention()));
    SentenceModules modules = noted(() -> SentenceModules.read(directory, problems));
    Path transformer = modules == null ? directory : modules.transformer();
    JsonNode configJson = configJson(transformer);
    EncoderFamily family =
        configJson.isMissingNode()
            ? null
            : noted(() -> EncoderFamilies.of(configJson.path("model_type").asText("")));
    EncoderConfig config = family == null ? null : config(family, configJson);
    if (config != null && attention != null && precision != null && device != null) {
      problems.addAll(attention.unsupportedReasons(config.attentionShape(precision, device)));
    }
    if (config != null && precision != null && device != null && !device.isGpu()) {
      EncoderMemory memory = EncoderMemory.of(config, precision);
      room.flatMap(each -> memory.problem(each, readable(config))).ifPresent(problems::add);
    }
    if (config != null && modules != null) {
      problems.addAll(modules.misfits(config.hiddenSize()));
    }
    Tokenizer tokenizer = noted(() -> tokenizer(transformer));
    WeightReader reader = noted(() -> reader(transformer, family));
    try (reader) {
      CheckedModel.Heads heads =
          config == null || reader == null ? null : require(config, family, reader);
      LongText longText =
          config == null || modules == null || tokenizer == null
              ? null
              : noted(() -> longText(config, modules, tokenizer, heads));
      ColBertReading colBert =
          heads == null || longText == null || !heads.tokenProjection()
              ? null
              : noted(() -> colBert(config, transformer, tokenizer));
      if (!problems.isEmpty()) {
        throw new ModelLoadException(spec.location(), problems);
      }
      CheckedModel checked =
          new CheckedModel(
              directory,
              configJson,
              config,
              family.weightNames(),
              precision,
              device,
              attention,
              readable(config),
              modules,
              tokenizer,
              heads,
              longText,
              colBert);
      return checked.load(reader);
    } catch (RuntimeException | Error e) {
      if (tokenizer != null) {
        tokenizer.close();
      }
      throw e;
    }
  }

  /** Checks the names and shapes of all weights. */
  private CheckedModel.Heads require(
      EncoderConfig config, EncoderFamily family, WeightReader reader) {
    EncoderWeightNames names = family.weightNames();
    new EncoderArchitecture(config, names, reader).require();
    boolean classification = ClassificationHead.offered(names.classification(), config, reader);
    boolean shared = names.classification().dense().equals(names.maskedLm().dense());
    CheckedModel.Heads heads =
        new CheckedModel.Heads(
            classification,
            !(classification && shared) && MaskedLmHead.offered(names.maskedLm(), config, reader),
            TokenProjection.offered(config, reader));
    try {
      reader.check();
    } catch (CheckpointException e) {
      problems.addAll(e.problems());
    }
    return heads;
  }

  private LongText longText(
      EncoderConfig config,
      SentenceModules modules,
      Tokenizer tokenizer,
      CheckedModel.Heads heads) {
    boolean limited = spec.maxTokens() == 0 && modules.maxSequenceLength() > 0;
    int chunk =
        limited ? Math.min(readable(config), modules.maxSequenceLength()) : readable(config);
    LongText longText = new LongText(tokenizer.template(), chunk);
    if (heads != null && heads.classification()) {
      longText.requirePairs();
    }
    return longText;
  }

  private ColBertReading colBert(EncoderConfig config, Path transformer, Tokenizer tokenizer) {
    ColBertSettings settings = ColBertSettings.read(transformer, tokenizer, problems);
    int longest = readable(config);
    int passage = spec.maxTokens() > 0 ? longest : Math.min(longest, settings.passageLength());
    return new ColBertReading(settings, tokenizer.template(), longest, passage);
  }

  /** The longest sequence of one forward pass. */
  private int readable(EncoderConfig config) {
    return spec.maxTokens() > 0 ? spec.maxTokens() : config.maxPositions();
  }

  private JsonNode configJson(Path transformer) {
    Path file = transformer.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      problems.add(
          file + " is missing: a model directory has config.json, tokenizer.json and weights");
      return MissingNode.getInstance();
    }
    return SentenceModules.json(file, problems);
  }

  /** The configuration, or null with the reasons noted. */
  private EncoderConfig config(EncoderFamily family, JsonNode configJson) {
    ConfigJson json = new ConfigJson(configJson);
    try {
      EncoderConfig config = family.config(json);
      problems.addAll(json.problems());
      return json.problems().isEmpty() ? config : null;
    } catch (IllegalArgumentException e) {
      // Where entries are missing, what does not fit together follows from that.
      problems.addAll(json.problems().isEmpty() ? List.of(e.getMessage()) : json.problems());
      return null;
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
    String prefix = family == null ? "" : family.weightNames().prefix();
    WeightStore store = null;
    try {
      store = WeightStores.open(transformer);
      return new WeightReader(WeightStores.withoutPrefix(store, prefix));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    } catch (CheckpointException e) {
      if (store != null) {
        store.close();
      }
      throw e;
    }
  }

  /** The value, or null with the reason noted. */
  private <T> T noted(Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException
        | IllegalStateException
        | CheckpointException
        | UncheckedIOException e) {
      problems.add(e.getMessage());
      return null;
    }
  }
}
