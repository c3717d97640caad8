package io.sparkattention.generate;

import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.InferenceListener;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.decoder.GenerativeModel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;

/** Continues prompts with a model. One thread at a time. */
public final class Generator {

  private final GenerativeModel model;
  private final GenerationConfig config;
  private final KvCachePolicy policy;
  private final RowLimit limit;
  private final InferenceListener listener;

  /**
   * @param rows texts that are continued together at most, beams included
   */
  public Generator(GenerativeModel model, GenerationConfig config, KvCachePolicy policy, int rows) {
    this(model, config, policy, RowLimit.of(rows), InferenceListener.NONE);
  }

  /**
   * @param listener is told what the model reads, and what did not fit
   * @throws IllegalArgumentException if the rows do not hold the beams of one prompt, or the model
   *     cannot read on under the policy
   */
  public Generator(
      GenerativeModel model,
      GenerationConfig config,
      KvCachePolicy policy,
      RowLimit limit,
      InferenceListener listener) {
    this.model = model;
    this.config = withEnds(config, model);
    this.policy = policy;
    this.limit = limit;
    this.listener = listener;
    List<String> problems = new ArrayList<>(model.unsupportedReasons(policy));
    if (limit.rows() < config.beams().count()) {
      problems.add(
          "%d rows do not hold %d beams: give at least as many"
              .formatted(limit.rows(), config.beams().count()));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /**
   * Continues prompts.
   *
   * @param prompts token ids, at least one each, special tokens included
   * @return what was said after each of them, in their order
   * @throws IllegalArgumentException naming every prompt that cannot be continued, before any is
   */
  public List<Generated> generate(List<int[]> prompts) {
    new PromptCheck(model, config.limits()).check(prompts);
    List<Generated> results = new ArrayList<>();
    Iterator<PromptTokens> all = prompts.stream().map(PromptTokens::whole).iterator();
    try (Generation generation = generate(all, () -> {})) {
      while (generation.hasNext()) {
        Outcome<Generated> outcome = generation.next();
        if (outcome.failed()) {
          throw new IllegalArgumentException("prompt " + results.size() + " " + outcome.error());
        }
        results.add(outcome.value());
      }
    }
    return results;
  }

  /**
   * Continues prompts that are read as rows become free for them; a prompt that cannot be continued
   * costs only itself.
   *
   * @param prompts read by the thread that asks for results, a few more than there are rows
   * @param betweenSteps called before each step of the model; what it throws ends the generation
   * @return one outcome for each prompt, in their order; to be closed
   */
  public Generation generate(Iterator<PromptTokens> prompts, Runnable betweenSteps) {
    return new Generation(model, config, policy, limit, listener, prompts, betweenSteps);
  }

  /** Stop strings that are one special token, which texts do not spell, become tokens that end. */
  private static GenerationConfig withEnds(GenerationConfig config, GenerativeModel model) {
    GenerationConfig.Limits limits = config.limits();
    List<Integer> ends = new ArrayList<>(limits.ends());
    List<String> strings = new ArrayList<>();
    for (String each : limits.stopStrings()) {
      OptionalInt special = model.tokenizer().specialToken(each);
      special.ifPresentOrElse(ends::add, () -> strings.add(each));
    }
    return new GenerationConfig(
        limits.endingBy(ends.stream().distinct().toList(), strings),
        config.beams(),
        config.draw(),
        config.constraints());
  }
}
