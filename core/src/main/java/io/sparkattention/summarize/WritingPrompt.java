package io.sparkattention.summarize;

import java.util.Optional;

/** How tasks are put to one kind of model. */
interface WritingPrompt {

  /** All that is told to the model of a task, special tokens included. */
  int[] tokens(WritingTask task);

  /**
   * Which tokens of a task's prompt are those of its instruction: neither of its text nor special.
   *
   * @param tokens the prompt
   */
  default boolean[] instruction(WritingTask task, int[] tokens) {
    return new boolean[tokens.length];
  }

  /** A text as prompts hold it: without spellings of control tokens. */
  String clean(String text);

  /** What stands between texts that are read together. */
  String separator();

  /** The name and version of what is told; empty where models are told nothing but the text. */
  Optional<String> name(WritingTask.Kind kind);

  /** The few words before every text, where there are no prompts with names. */
  Optional<String> prefix();
}
