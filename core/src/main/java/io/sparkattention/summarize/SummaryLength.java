package io.sparkattention.summarize;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.generate.ContextLength;
import io.sparkattention.generate.GenerationConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * How many tokens a summary may have: as the budget says, or the options of generation, or the
 * model. Where two of them disagree nothing is passed over: they are refused.
 *
 * @param limits of generation, from the model's files and the options
 * @param asked the options of generation alone
 * @param context what the model reads
 * @param decoderPrompt tokens that stand before what is written, at least
 */
record SummaryLength(
    GenerationConfig.Limits limits, ObjectNode asked, ContextLength context, int decoderPrompt) {

  /** Tokens of a summary where nobody says how long it may be. */
  private static final int USUAL = 256;

  private static final String MAX_NEW_TOKENS = "max_new_tokens";
  private static final String MAX_LENGTH = "max_length";

  /**
   * How many tokens a summary may have; at most a quarter of what a decoder reads where nobody
   * says. The {@code max_length} in a decoder's files says nothing, since it counts prompts.
   *
   * @throws IllegalArgumentException if the budget does not count tokens, or with every reason why
   *     budget, options and model disagree
   */
  int of(Budget budget) {
    OptionalInt bound = budget.newTokens();
    List<String> problems = new ArrayList<>();
    for (String entry : List.of(MAX_NEW_TOKENS, MAX_LENGTH)) {
      if (bound.isPresent() && asked.hasNonNull(entry)) {
        problems.add(
            ("the budget %s and the option of generation %s=%s both say how long a summary may be:"
                    + " give one of them")
                .formatted(budget, entry, asked.get(entry)));
      }
    }
    if (bound.isEmpty()
        && limits.maxNewTokens() == 0
        && !isSource()
        && asked.hasNonNull(MAX_LENGTH)) {
      problems.add(
          ("max_length=%s counts the prompt of this model too, which each text makes longer: give"
                  + " max_new_tokens")
              .formatted(asked.get(MAX_LENGTH)));
    }
    int newTokens = bound.orElseGet(this::usual);
    problems.addAll(problems(newTokens));
    refuse(problems);
    return newTokens;
  }

  private boolean isSource() {
    return context.counts() == ContextLength.Counts.SOURCE;
  }

  private int usual() {
    if (limits.maxNewTokens() > 0) {
      return limits.maxNewTokens();
    }
    return isSource() && limits.maxLength() > 1
        ? limits.maxLength() - 1
        : Math.max(1, Math.min(USUAL, context.tokens() / 4));
  }

  /**
   * Checks that a text may have so few tokens.
   *
   * @throws IllegalArgumentException with every reason why it may not
   */
  void require(int newTokens) {
    refuse(problems(newTokens));
  }

  private List<String> problems(int newTokens) {
    List<String> problems = new ArrayList<>();
    if (limits.minNewTokens() > newTokens) {
      problems.add(tooShort("min_new_tokens", limits.minNewTokens(), newTokens));
    }
    if (limits.minLength() > decoderPrompt + newTokens) {
      problems.add(tooShort("min_length", limits.minLength(), newTokens));
    }
    return problems;
  }

  private String tooShort(String entry, int least, int newTokens) {
    return ("%s=%d (of %s) does not let a text end within %d tokens: ask for longer texts, or give"
            + " the option of generation %s=0")
        .formatted(
            entry,
            least,
            asked.hasNonNull(entry) ? "the options" : "the model's files",
            newTokens,
            entry);
  }

  private static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }
}
