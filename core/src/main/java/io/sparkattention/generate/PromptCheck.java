package io.sparkattention.generate;

import io.sparkattention.model.decoder.GenerativeModel;
import java.util.ArrayList;
import java.util.List;

/** Finds prompts that cannot be continued before anything runs. */
final class PromptCheck {

  private final GenerativeModel model;
  private final GenerationConfig.Limits limits;

  PromptCheck(GenerativeModel model, GenerationConfig.Limits limits) {
    this.model = model;
    this.limits = limits;
  }

  /**
   * Checks all prompts.
   *
   * @throws IllegalArgumentException naming every bad prompt by its place, from 0
   */
  void check(List<int[]> prompts) {
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      for (String problem : problems(prompts.get(i))) {
        problems.add("prompt " + i + " " + problem);
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** Why a prompt cannot be continued; empty if it can. */
  List<String> problems(int[] prompt) {
    if (prompt.length == 0) {
      return List.of("is empty: give at least one token");
    }
    List<String> problems = new ArrayList<>();
    for (int at = 0; problems.isEmpty() && at < prompt.length; at++) {
      if (prompt[at] < 0 || prompt[at] >= model.vocabSize()) {
        problems.add(
            "has the id %d at token %d: ids of this model are 0 to %d"
                .formatted(prompt[at], at, model.vocabSize() - 1));
      }
    }
    if (prompt.length > model.maxPromptLength()) {
      problems.add(
          "has %d tokens, but the model reads at most %d: shorten it"
              .formatted(prompt.length, model.maxPromptLength()));
    }
    int read = model.decoderPromptLength(prompt);
    if (limits.newTokens(read) < 1) {
      problems.add(
          "has a length of %d, which leaves no token of max_length=%d: give max_new_tokens"
              .formatted(read, limits.maxLength()));
    }
    return problems;
  }
}
