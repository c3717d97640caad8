package io.sparkattention.model;

import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.Attentions;
import io.sparkattention.text.TokenBudget;
import io.sparkattention.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/**
 * A model on one device, with everything that tasks do with it: embed, score pairs, watch
 * attention. Thread-safe; forward passes run on the inference pool that it was loaded with.
 */
public final class LoadedModel implements AutoCloseable {

  private final Path directory;
  private final ModelSpec spec;
  private final LoadedParts parts;
  private final Inference inference;
  private final TokenBudget budget;
  private final BatchRunner runner;

  private LoadedModel(Path directory, ModelSpec spec, LoadedParts parts, Inference inference) {
    this.directory = directory;
    this.spec = spec;
    this.parts = parts;
    this.inference = inference;
    budget =
        parts.operators().device().isGpu()
            ? Budgets.GPU
            : EncoderMemory.of(parts.encoder().config(), parts.operators().precision())
                .budget(inference.room());
    this.runner = runner(parts.encoder());
  }

  private BatchRunner runner(Encoder encoder) {
    return new BatchRunner(encoder.owner(), budget, inference.pool(), inference.listener());
  }

  /**
   * Loads a model from a local directory in the layout of Hugging Face or sentence-transformers.
   *
   * @param inference runs the forward passes; the caller shuts it down after closing the model
   * @throws ModelLoadException with every reason why the model, its mechanism or its device cannot
   *     be used
   */
  public static LoadedModel load(Path directory, ModelSpec spec, ExecutorService inference) {
    return load(directory, spec, Inference.on(inference));
  }

  /**
   * As {@link #load(Path, ModelSpec, ExecutorService)}, within what a process allows.
   *
   * @throws ModelLoadException also if there is too little memory
   */
  public static LoadedModel load(Path directory, ModelSpec spec, Inference inference) {
    return new LoadedModel(
        directory, spec, ModelLoader.load(directory, spec, inference.room()), inference);
  }

  /** What was asked for. */
  public ModelSpec spec() {
    return spec;
  }

  /** A digest of the model's files, which tells two revisions apart. */
  public String fingerprint() {
    return parts.fingerprint();
  }

  /** Turns texts into vectors. */
  public TextEmbedder embedder() {
    return textEmbedder();
  }

  /**
   * Turns texts into vectors by another mechanism than the model was loaded with, over the same
   * weights.
   *
   * @throws IllegalArgumentException with every reason why the mechanism cannot serve the model
   */
  public TextEmbedder embedder(Attention other) {
    List<String> reasons = other.unsupportedReasons(parts.shape());
    if (!reasons.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", reasons));
    }
    Encoder encoder = parts.encoder().withAttention(other);
    return textEmbedder(encoder, other, runner(encoder));
  }

  /** Turns texts into one vector per chunk. */
  public ChunkEmbedder chunkEmbedder() {
    return textEmbedder();
  }

  private EncoderTextEmbedder textEmbedder() {
    return textEmbedder(parts.encoder(), mechanism(), runner);
  }

  private EncoderTextEmbedder textEmbedder(
      Encoder encoder, Attention mechanism, BatchRunner batches) {
    return new EncoderTextEmbedder(
        encoder,
        mechanism,
        parts.tokenizer(),
        parts.modules(),
        parts.dense(),
        parts.operators(),
        batches,
        parts.longText());
  }

  /** Turns texts into one vector per token. */
  public TokenEmbedder tokenEmbedder() {
    return parts.colBert() == null
        ? new EncoderTokenEmbedder(
            parts.encoder(),
            parts.tokenizer(),
            parts.modules(),
            parts.operators(),
            runner,
            parts.longText())
        : new ColBertTokenEmbedder(
            parts.encoder(), parts.tokenizer(), parts.colBert(), parts.operators(), runner);
  }

  /**
   * Scores pairs of texts.
   *
   * @throws IllegalArgumentException if the checkpoint has no head that scores pairs
   */
  public PairScorer pairScorer() {
    SequenceClassifier classifier = classifier();
    List<String> problems = new ArrayList<>();
    ScoreActivation activation =
        ScoreActivation.of(
            parts.configJson(), parts.modules().configJson(), classifier.labels(), problems);
    if (!problems.isEmpty()) {
      throw new ModelLoadException(spec.location(), problems);
    }
    return new EncoderPairScorer(classifier, activation, parts.tokenizer(), parts.longText());
  }

  /**
   * Gives token sequences a logit per label.
   *
   * @throws IllegalArgumentException if the checkpoint has no sequence classification head
   */
  public SequenceClassifier classifier() {
    if (parts.classification() == null) {
      throw new IllegalArgumentException(
          "model '"
              + spec.location()
              + "' has no classification head and cannot score pairs: use a cross-encoder"
              + " checkpoint, or the strategy bi-encoder");
    }
    return new SequenceClassifier(
        parts.encoder(), parts.classification(), parts.operators(), runner);
  }

  /**
   * Predicts tokens.
   *
   * @throws IllegalArgumentException if the checkpoint has no masked language model head
   */
  public MaskedLm maskedLm() {
    if (parts.maskedLm() == null) {
      throw new IllegalArgumentException(
          "model '"
              + spec.location()
              + "' has no masked language model head: use a checkpoint that was pretrained with"
              + " one, such as bert-base");
    }
    return new MaskedLm(parts.encoder(), parts.maskedLm());
  }

  /** Reads texts and shows probes what every layer attended to. */
  public AttentionReader attentionReader() {
    return new AttentionReader(
        new WatchedEncoder(parts, parts.encoder(), mechanism(), directory),
        runner,
        parts.longText());
  }

  private Attention mechanism() {
    return Attentions.REGISTRY.parse(spec.attention());
  }

  /** Reads token sequences. */
  public Encoder encoder() {
    return parts.encoder();
  }

  /** Turns text into the model's tokens. */
  public Tokenizer tokenizer() {
    return parts.tokenizer();
  }

  /** Where what lives as long as the model is kept. */
  public NDManager owner() {
    return parts.encoder().owner();
  }

  /** Releases the model's memory. No forward pass may be running; closing again does nothing. */
  @Override
  public void close() {
    parts.close();
  }
}
