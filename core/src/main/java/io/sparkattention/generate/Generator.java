package io.sparkattention.generate;

import ai.djl.ndarray.NDManager;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.decoder.Continuation;
import io.sparkattention.model.decoder.GenerativeModel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Continues prompts with a model. One thread at a time. */
public final class Generator {

  private final GenerativeModel model;
  private final GenerationConfig config;
  private final KvCachePolicy policy;
  private final int rows;

  /**
   * @param rows texts that are continued together at most, beams included
   */
  public Generator(GenerativeModel model, GenerationConfig config, KvCachePolicy policy, int rows) {
    this.model = model;
    this.config = withEnds(config, model);
    this.policy = policy;
    this.rows = rows;
    if (rows < config.beams().count()) {
      throw new IllegalArgumentException(
          "%d rows do not hold %d beams: give at least as many"
              .formatted(rows, config.beams().count()));
    }
  }

  /**
   * Continues prompts.
   *
   * @param prompts token ids, at least one each, special tokens included
   * @return what was said after each of them, in their order
   * @throws IllegalArgumentException naming every prompt that cannot be continued
   */
  public List<Generated> generate(List<int[]> prompts) {
    if (prompts.isEmpty()) {
      return List.of();
    }
    new PromptCheck(model, config.limits()).check(prompts);
    Endings endings = new Endings(config.limits(), model.tokenizer());
    NDManager owner = model.owner();
    if (config.beams().count() == 1) {
      try (Continuation texts = continuation(prompts, Math.min(rows, prompts.size()))) {
        return new TokenByToken(owner, texts, prompts, new TokenChooser(config), endings).run();
      }
    }
    List<Generated> results = new ArrayList<>();
    int together = rows / config.beams().count();
    for (int from = 0; from < prompts.size(); from += together) {
      List<int[]> part = prompts.subList(from, Math.min(prompts.size(), from + together));
      try (Continuation texts = continuation(part, part.size())) {
        results.addAll(new BeamSearch(owner, texts, config, endings).run(part));
      }
    }
    return results;
  }

  private Continuation continuation(List<int[]> prompts, int count) {
    int longest = prompts.stream().mapToInt(model::decoderPromptLength).max().orElse(0);
    int capacity = Math.min(policy.budget(), longest + config.limits().newTokens(longest));
    return model.continuation(policy, count, capacity, List.of());
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
        config.sampling(),
        config.constraints());
  }
}
