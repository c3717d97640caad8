package io.sparkattention.generate;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.kvcache.FullPolicy;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.Fingerprint;
import io.sparkattention.model.Inference;
import io.sparkattention.model.ModelLoadException;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.WatchedModel;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.model.decoder.CausalLm;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.WatchedDecoder;
import io.sparkattention.model.seq2seq.Seq2SeqLm;
import io.sparkattention.model.seq2seq.WatchedSeq2Seq;
import io.sparkattention.tensor.GpuMemory;
import io.sparkattention.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * A generating model on one device, as tasks use it: it continues prompts, or rewrites them where
 * it is an encoder-decoder. Thread-safe; what it runs, it runs on the inference pool that it was
 * loaded with.
 */
public final class TextGenerator implements AutoCloseable {

  /** Tokens by which memory is estimated. */
  private static final int USUAL = 512;

  private final ModelSpec spec;
  private final GenerativeModel model;
  private final Inference inference;
  private final String fingerprint;
  private final ContextLength context;
  private final GenerationRoom room;

  private TextGenerator(ModelSpec spec, GenerativeModel model, Inference inference) {
    this.spec = spec;
    this.model = model;
    this.inference = inference;
    this.fingerprint = Fingerprint.of(model.directory());
    this.context = ContextLength.of(model, spec);
    this.room = GenerationRoom.of(model, spec, inference.room(), GpuMemory.OF_PROCESS);
  }

  /**
   * Loads a model from a local directory in the layout of Hugging Face.
   *
   * @param inference runs the forward passes; the caller shuts it down after closing the model
   * @throws ModelLoadException with every reason why the model, its mechanism or its device cannot
   *     be used, or why the process has too little memory
   */
  public static TextGenerator load(Path directory, ModelSpec spec, Inference inference) {
    GenerationRoom.requireWeights(directory, spec, inference.room());
    GenerativeModel model = GenerativeModels.load(directory, spec);
    try {
      TextGenerator loaded = new TextGenerator(spec, model, inference);
      loaded.room.requireRow(spec, loaded.context.tokens());
      return loaded;
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** What was asked for. */
  public ModelSpec spec() {
    return spec;
  }

  /** A digest of the model's files, which tells two revisions apart. */
  public String fingerprint() {
    return fingerprint;
  }

  /** The model itself. */
  public GenerativeModel model() {
    return model;
  }

  /** Turns text into the model's tokens. */
  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  /** Where what lives as long as the model is kept. */
  public NDManager owner() {
    return model.owner();
  }

  /**
   * Reads texts and shows probes what every layer attended to.
   *
   * @throws IllegalArgumentException if the model has no such attention
   */
  public AttentionReader attentionReader(WatchedSite site) {
    int tokens = Math.min(USUAL, context.tokens());
    long perToken = Math.max(1, model.textBytes(FullPolicy.USUAL, tokens, tokens, 1) / tokens);
    return AttentionReader.of(
        watched(site), context.tokens(), room.limit().bytes() / perToken, inference);
  }

  private WatchedModel watched(WatchedSite site) {
    if (model instanceof Seq2SeqLm pair) {
      return WatchedSeq2Seq.of(pair, site, fingerprint);
    }
    if (site == WatchedSite.CROSS || site == WatchedSite.DECODER) {
      throw new IllegalArgumentException(
          "model '%s' is a decoder alone, without cross-attention: watch self or generation, or use"
                  .formatted(spec.location())
              + " an encoder-decoder");
    }
    CausalLm decoder = (CausalLm) model;
    return new WatchedDecoder(decoder, decoder.decoder(), site, fingerprint);
  }

  /** How much the model reads at a time. */
  public ContextLength context() {
    return context;
  }

  /**
   * How texts are continued.
   *
   * @param entries as in {@code generation_config.json}, in place of the model's own; the last ones
   *     count
   * @throws IllegalArgumentException with every entry that is unknown, is not supported, or has a
   *     value that makes no sense
   */
  public GenerationConfig config(ObjectNode... entries) {
    return GenerationConfig.read(model.directory(), entries);
  }

  /**
   * How texts are continued for a task of which the model's {@code config.json} says more.
   *
   * @param task entries in place of the model's own; those that are none of generation are passed
   *     over, as transformers does
   * @param entries in place of both
   * @throws IllegalArgumentException as {@link #config(ObjectNode...)} does
   */
  public GenerationConfig configFor(JsonNode task, ObjectNode entries) {
    return config(GenerationEntries.among(task), entries);
  }

  /** The parsed {@code config.json} of the model. */
  public JsonNode configJson() {
    return GenerationEntries.json(model.directory().resolve("config.json"));
  }

  /**
   * Continues prompts together; one that cannot be continued costs only itself.
   *
   * @param policy which keys the decoder goes on reading
   * @return one outcome for each prompt, in their order
   * @throws CancellationException if this thread is interrupted; nothing is running then
   */
  public List<Outcome<Generated>> generate(
      List<PromptTokens> prompts, GenerationConfig config, KvCachePolicy policy) {
    if (prompts.isEmpty()) {
      return List.of();
    }
    Generator generator =
        new Generator(model, config, policy, room.limit(config), inference.listener());
    return onPool(betweenSteps -> all(generator, prompts, betweenSteps));
  }

  /**
   * Reads prompts and tells how likely some tokens come next; nothing is written. A prompt that
   * cannot be read costs only itself.
   *
   * @param asked ids of tokens
   * @return per prompt the log-probability of each of them, in their order
   * @throws CancellationException if this thread is interrupted; nothing is running then
   */
  public List<Outcome<double[]>> nextTokens(List<int[]> prompts, int[] asked) {
    if (prompts.isEmpty()) {
      return List.of();
    }
    return onPool(
        betweenPasses ->
            new TokensAfterPrompts(model, asked, room.limit(), inference.listener(), betweenPasses)
                .after(prompts));
  }

  /**
   * Runs work on the inference pool.
   *
   * @param work is given what it has to call between steps, which ends it where nobody waits
   */
  private <R> List<R> onPool(Function<Runnable, List<R>> work) {
    AtomicBoolean stopped = new AtomicBoolean();
    Runnable betweenSteps =
        () -> {
          if (stopped.get()) {
            throw new CancellationException("nobody waits for the texts any more");
          }
        };
    Future<List<R>> running = inference.pool().submit(() -> work.apply(betweenSteps));
    try {
      return running.get();
    } catch (InterruptedException e) {
      stopped.set(true);
      awaitEnd(running);
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while texts were generated");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException problem) {
        throw problem;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static List<Outcome<Generated>> all(
      Generator generator, List<PromptTokens> prompts, Runnable betweenSteps) {
    List<Outcome<Generated>> outcomes = new ArrayList<>(prompts.size());
    try (Generation generation = generator.generate(prompts.iterator(), betweenSteps)) {
      generation.forEachRemaining(outcomes::add);
    }
    return outcomes;
  }

  /** Waits for a step that cannot be stopped: it uses what the caller releases next. */
  private static void awaitEnd(Future<?> running) {
    boolean ended = false;
    while (!ended) {
      try {
        running.get();
        ended = true;
      } catch (InterruptedException e) {
        continue; // asked twice
      } catch (ExecutionException e) {
        ended = true;
      }
    }
  }

  /** Releases the model's memory. Nothing may be running. */
  @Override
  public void close() {
    model.close();
  }
}
