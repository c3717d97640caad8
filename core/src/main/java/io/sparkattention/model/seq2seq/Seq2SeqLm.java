package io.sparkattention.model.seq2seq;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.attention.Attentions;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.AttentionProjections;
import io.sparkattention.model.CheckpointFiles;
import io.sparkattention.model.ModelLoadException;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.model.decoder.Continuation;
import io.sparkattention.model.decoder.EmbeddedPositions;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.RowBytes;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.StepRecording;
import io.sparkattention.tensor.SublayerOperators;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.weights.WeightReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An encoder-decoder with its tokenizer, loaded from a directory in the layout of Hugging Face. */
public final class Seq2SeqLm implements GenerativeModel {

  private final EncoderDecoder model;
  private final Tokenizer tokenizer;
  private final Path directory;
  private final Precision precision;

  private Seq2SeqLm(
      EncoderDecoder model, Tokenizer tokenizer, Path directory, Precision precision) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.directory = directory;
    this.precision = precision;
  }

  /**
   * Loads a model.
   *
   * @throws ModelLoadException with every reason why the model, its mechanism or its device cannot
   *     be used
   */
  public static Seq2SeqLm load(Path directory, ModelSpec spec) {
    CheckpointFiles files = new CheckpointFiles(directory);
    Precision precision = files.noted(() -> Precision.of(spec.dtype()));
    Device device = files.noted(() -> TorchEngine.device(spec.device()));
    Attention attention = files.noted(() -> Attentions.REGISTRY.parse(spec.attention()));
    JsonNode json = files.configJson();
    Seq2SeqFamily family = json == null ? null : files.noted(() -> Seq2SeqFamilies.require(json));
    Seq2SeqConfig config = family == null ? null : files.config(json, family::config);
    if (config != null && precision != null) {
      files.note(config.unsupportedReasons(precision));
    }
    if (config != null && attention != null && precision != null && device != null) {
      config
          .attentionShapes(precision, device)
          .forEach(shape -> files.note(attention.unsupportedReasons(shape)));
    }
    Tokenizer tokenizer = files.tokenizer();
    Seq2SeqWeightNames names = config == null ? null : family.weightNames(config);
    try (WeightReader reader = files.reader(names == null ? "" : names.prefix())) {
      Seq2SeqLoader loader = null;
      if (config != null && reader != null) {
        loader = new Seq2SeqLoader(config, names, reader);
        loader.require();
        files.check(reader);
      }
      files.requireNone(spec.location());
      EncoderDecoder model = model(config, loader, precision, device, attention);
      return new Seq2SeqLm(model, tokenizer, directory, precision);
    } catch (RuntimeException | Error e) {
      if (tokenizer != null) {
        tokenizer.close();
      }
      throw e;
    }
  }

  private static EncoderDecoder model(
      Seq2SeqConfig config,
      Seq2SeqLoader loader,
      Precision precision,
      Device device,
      Attention attention) {
    SublayerOperators encoder = SublayerOperators.load(device, precision, config.encoder().form());
    SublayerOperators decoder =
        SublayerOperators.ofDecoder(device, precision, config.decoder().form());
    NDManager owner = TorchEngine.newManager(device);
    try {
      Seq2SeqWeights weights = loader.load(owner, encoder, decoder);
      return new EncoderDecoder(config, weights, encoder, decoder, attention);
    } catch (RuntimeException | Error e) {
      owner.close();
      encoder.close();
      decoder.close();
      throw e;
    }
  }

  /** Encodes and decodes. */
  public EncoderDecoder model() {
    return model;
  }

  /** What can be said of the encoder, of the decoder, and of cross-attention. */
  List<AttentionShape> attentionShapes() {
    return model.config().attentionShapes(precision, owner().getDevice());
  }

  /**
   * Reads the projections of a site from the checkpoint.
   *
   * @throws ModelLoadException if the checkpoint is no longer there
   */
  AttentionProjections projections(WatchedSite site) {
    CheckpointFiles files = new CheckpointFiles(directory);
    JsonNode json = files.configJson();
    files.requireNone(directory.toString());
    Seq2SeqWeightNames names = Seq2SeqFamilies.require(json).weightNames(model.config());
    try (WeightReader reader = files.reader(names.prefix())) {
      files.requireNone(directory.toString());
      return Seq2SeqProjections.read(model.config(), names, site, reader);
    }
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public NDManager owner() {
    return model.owner();
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public int vocabSize() {
    return model.config().vocabSize();
  }

  @Override
  public int maxPromptLength() {
    return model.config().maxTextLength();
  }

  @Override
  public int decoderPromptLength(int[] prompt) {
    return 1; // the start token
  }

  @Override
  public long textBytes(KvCachePolicy policy, int prompt, int capacity, int beams) {
    Seq2SeqConfig config = model.config();
    long memory = prompt * model.numbersPerText() * precision.bytes();
    int caches = beams == 1 ? 1 : beams + 1; // and the one that they begin from
    return caches * RowBytes.ofCache(config.cacheShape(), policy, precision, capacity)
        + memory
        + RowBytes.ofReading(
            config.hiddenSize(), config.encoder().form().intermediateSize(), precision, prompt)
        + beams * RowBytes.ofScores(config.vocabSize());
  }

  @Override
  public List<String> unsupportedReasons(KvCachePolicy policy) {
    String modelType = model.config().modelType();
    if (policy.split().isPresent()) {
      return List.of(
          "%s encodes texts, and %s splits the heads of decoders alone: use another policy"
              .formatted(modelType, KvCachePolicies.REGISTRY.format(policy)));
    }
    List<String> reasons = new ArrayList<>(model.unsupportedReasons(policy));
    reasons.addAll(
        model.config().positions().isPresent()
            ? EmbeddedPositions.unsupportedReasons(modelType, policy)
            : EmbeddedPositions.unsupportedReasonsOfBias(modelType, policy));
    return reasons;
  }

  @Override
  public Continuation continuation(
      KvCachePolicy policy, int rows, int capacity, List<AttentionProbe> probes) {
    return new Seq2SeqContinuation(model, policy, rows, capacity, probes, new StepRecording());
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
