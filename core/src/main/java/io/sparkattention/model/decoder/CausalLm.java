package io.sparkattention.model.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.Attentions;
import io.sparkattention.attention.BlockDiagonalAttention;
import io.sparkattention.kvcache.KnownBlocks;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.AttentionProjections;
import io.sparkattention.model.CheckpointFiles;
import io.sparkattention.model.ModelLoadException;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.registry.Spelling;
import io.sparkattention.tensor.DecoderOperators;
import io.sparkattention.tensor.DecoderPart;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.weights.WeightReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A decoder with its tokenizer, loaded from a local directory in the layout of Hugging Face. */
public final class CausalLm implements GenerativeModel {

  /** Tokens of blocks that are read together: enough for the products, and for little memory. */
  private static final int BLOCK_TOKENS_OF_CPU = 1_024;

  private static final int BLOCK_TOKENS_OF_GPU = 16_384;

  private final Decoder decoder;
  private final Attention attention; // as it was asked for
  private final Tokenizer tokenizer;
  private final Path directory;
  private final Precision precision;
  private final KnownBlocks known; // null where nothing is kept of texts
  private volatile int blockTokens; // read at a time

  private CausalLm(
      Decoder decoder,
      Attention attention,
      Tokenizer tokenizer,
      Path directory,
      Precision precision) {
    this.decoder = decoder;
    this.attention = attention;
    this.tokenizer = tokenizer;
    this.directory = directory;
    this.precision = precision;
    this.known = PromptBlocks.known(decoder, attention, bytesPerToken()).orElse(null);
    this.blockTokens = owner().getDevice().isGpu() ? BLOCK_TOKENS_OF_GPU : BLOCK_TOKENS_OF_CPU;
  }

  private long bytesPerToken() {
    return precision.bytes() * decoder.config().cacheShape().numbersPerToken();
  }

  /** What is kept of blocks of texts for others; empty where nothing is. */
  public Optional<KnownBlocks> known() {
    return Optional.ofNullable(known);
  }

  /** Reads tokens. */
  public Decoder decoder() {
    return decoder;
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public NDManager owner() {
    return decoder.owner();
  }

  @Override
  public int vocabSize() {
    return decoder.config().vocabSize();
  }

  @Override
  public int maxPromptLength() {
    return decoder.config().maxLength();
  }

  @Override
  public int decoderPromptLength(int[] prompt) {
    return prompt.length;
  }

  @Override
  public long textBytes(KvCachePolicy policy, int prompt, int capacity, int beams) {
    DecoderConfig config = decoder.config();
    long hidden = config.hiddenSize();
    boolean shared = decoder.mayShare(policy, capacity);
    int own = shared ? KvCache.ownCapacity(capacity, prompt) : capacity;
    long cache = RowBytes.ofCache(config.cacheShape(), policy, precision, capacity);
    return (beams == 1
            ? cache
            : cache + beams * RowBytes.ofCache(config.cacheShape(), policy, precision, own))
        + RowBytes.ofReading(hidden, config.form().intermediateSize(), precision, prompt)
        + beams * RowBytes.ofScores(config.vocabSize());
  }

  @Override
  public long keepUpTo(long bytes) {
    if (known == null) {
      return 0;
    }
    blockTokens = (int) Math.min(blockTokens, bytes / 2 / bytesPerToken());
    if (attention instanceof BlockDiagonalAttention each && blockTokens < each.block()) {
      blockTokens = 0; // a block would not fit
    }
    long reading = blockTokens * bytesPerToken();
    known.limit(blockTokens < 1 ? 0 : bytes - reading);
    return known.most() + reading;
  }

  @Override
  public boolean readsInParts(KvCachePolicy policy) {
    return decoder.readsInParts(policy);
  }

  @Override
  public List<String> unsupportedReasons(KvCachePolicy policy) {
    List<String> reasons = new ArrayList<>(decoder.unsupportedReasons(policy));
    if (decoder.config().form().has(DecoderPart.POSITIONS)) {
      reasons.addAll(EmbeddedPositions.unsupportedReasons(decoder.config().modelType(), policy));
    }
    if (!decoder.config().slopes().isEmpty()) {
      reasons.addAll(
          EmbeddedPositions.unsupportedReasonsOfBias(decoder.config().modelType(), policy));
    }
    return reasons;
  }

  @Override
  public Continuation continuation(
      KvCachePolicy policy, int rows, int capacity, List<AttentionProbe> probes) {
    PromptBlocks blocks =
        attention instanceof BlockDiagonalAttention blockwise && known != null && blockTokens > 0
            ? new PromptBlocks(decoder, blockwise, known, blockTokens)
            : null;
    return new DecoderContinuation(decoder, policy, rows, capacity, probes, blocks);
  }

  @Override
  public Path directory() {
    return directory;
  }

  /**
   * Reads its projections from the checkpoint.
   *
   * @throws ModelLoadException if the checkpoint is no longer there
   */
  public AttentionProjections projections() {
    CheckpointFiles files = new CheckpointFiles(directory);
    JsonNode json = files.configJson();
    files.requireNone(directory.toString());
    DecoderWeightNames names = family(json).weightNames();
    try (WeightReader reader = files.reader(names.prefix())) {
      files.requireNone(directory.toString());
      return new DecoderProjections(decoder.config(), names, reader).read();
    }
  }

  /**
   * Loads a model.
   *
   * @throws ModelLoadException with every reason why the model, its mechanism or its device cannot
   *     be used
   */
  public static CausalLm load(Path directory, ModelSpec spec) {
    CheckpointFiles files = new CheckpointFiles(directory);
    Precision precision = files.noted(() -> Precision.of(spec.dtype()));
    Device device = files.noted(() -> TorchEngine.device(spec.device()));
    Attention attention = files.noted(() -> Attentions.REGISTRY.parse(spec.attention()));
    JsonNode json = files.configJson();
    DecoderFamily family = json == null ? null : files.noted(() -> family(json));
    DecoderConfig config = family == null ? null : files.config(json, family::config);
    if (config != null && attention != null && precision != null && device != null) {
      files.note(attention.unsupportedReasons(config.attentionShape(precision, device)));
    }
    Tokenizer tokenizer = files.tokenizer();
    try (WeightReader reader = files.reader(family == null ? "" : family.weightNames().prefix())) {
      DecoderLoader loader = null;
      if (config != null && reader != null) {
        loader = new DecoderLoader(config, family.weightNames(), reader);
        loader.require();
        files.check(reader);
      }
      files.requireNone(spec.location());
      LineBreaks lines = LineBreaks.of(tokenizer, config.vocabSize());
      Decoder decoder = decoder(config, loader, precision, device, attention, lines);
      return new CausalLm(decoder, attention, tokenizer, directory, precision);
    } catch (RuntimeException | Error e) {
      if (tokenizer != null) {
        tokenizer.close();
      }
      throw e;
    }
  }

  @Override
  public void close() {
    known().ifPresent(KnownBlocks::close);
    decoder.close();
    tokenizer.close();
  }

  private static Decoder decoder(
      DecoderConfig config,
      DecoderLoader loader,
      Precision precision,
      Device device,
      Attention attention,
      LineBreaks lines) {
    DecoderOperators operators = DecoderOperators.load(device, precision, config.form());
    NDManager owner = TorchEngine.newManager(device);
    try {
      return new Decoder(config, loader.load(owner, operators), operators, attention, lines);
    } catch (RuntimeException | Error e) {
      owner.close();
      operators.close();
      throw e;
    }
  }

  private static DecoderFamily family(JsonNode json) {
    String type = json.path("model_type").asText("");
    Optional<DecoderFamily> family = DecoderFamilies.of(type);
    return family.orElseThrow(
        () ->
            new IllegalArgumentException(
                "config.json: model_type '"
                    + type
                    + "' is no decoder that is supported"
                    + Spelling.hint(type, DecoderFamilies.modelTypes())
                    + ": the supported ones are "
                    + String.join(", ", DecoderFamilies.modelTypes())));
  }
}
