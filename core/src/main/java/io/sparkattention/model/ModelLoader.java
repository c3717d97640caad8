package io.sparkattention.model;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.Attentions;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.weights.WeightReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    CheckpointFiles outer = new CheckpointFiles(directory, problems);
    Precision precision = outer.noted(() -> Precision.of(spec.dtype()));
    Device device = outer.noted(() -> TorchEngine.device(spec.device()));
    Attention attention = outer.noted(() -> Attentions.REGISTRY.parse(spec.attention()));
    SentenceModules modules = outer.noted(() -> SentenceModules.read(directory, problems));
    Path transformer = modules == null ? directory : modules.transformer();
    CheckpointFiles files = new CheckpointFiles(transformer, problems);
    JsonNode configJson = files.configJson();
    EncoderFamily family =
        configJson == null
            ? null
            : files.noted(() -> EncoderFamilies.of(configJson.path("model_type").asText("")));
    EncoderConfig config = family == null ? null : files.config(configJson, family::config);
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
    Tokenizer tokenizer = files.tokenizer();
    try (WeightReader reader = files.reader(family == null ? "" : family.weightNames().prefix())) {
      CheckedModel.Heads heads =
          config == null || reader == null ? null : require(files, config, family, reader);
      LongText longText =
          config == null || modules == null || tokenizer == null
              ? null
              : files.noted(() -> longText(config, modules, tokenizer, heads));
      ColBertReading colBert =
          heads == null || longText == null || !heads.tokenProjection()
              ? null
              : files.noted(() -> colBert(config, transformer, tokenizer));
      files.requireNone(spec.location());
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
  private static CheckedModel.Heads require(
      CheckpointFiles files, EncoderConfig config, EncoderFamily family, WeightReader reader) {
    EncoderWeightNames names = family.weightNames();
    new EncoderArchitecture(config, names, reader).require();
    boolean classification = ClassificationHead.offered(names.classification(), config, reader);
    boolean shared = names.classification().dense().equals(names.maskedLm().dense());
    CheckedModel.Heads heads =
        new CheckedModel.Heads(
            classification,
            !(classification && shared) && MaskedLmHead.offered(names.maskedLm(), config, reader),
            TokenProjection.offered(config, reader));
    files.check(reader);
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
}
