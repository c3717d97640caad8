package io.sparkattention.summarize;

/** How tasks are put to one kind of model. */
interface WritingPrompt {

  /** All that is told to the model of a task, special tokens included. */
  int[] tokens(WritingTask task);

  /** What stands between texts that are read together. */
  String separator();

  /** What was told, by name and version; empty where models are told nothing but the text. */
  String name(WritingTask.Kind kind);
}
