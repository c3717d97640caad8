package io.sparkattention.model;

import io.sparkattention.text.TokenBatch;

/** Is told what forward passes do, on the threads that run them: for metrics. Thread-safe. */
public interface InferenceListener {

  /** Hears nothing. */
  InferenceListener NONE = new InferenceListener() {};

  /** A batch was read. */
  default void read(TokenBatch batch) {}

  /** Tokens of what was read were not read anew, since what they make was known. */
  default void spared(long tokens) {}

  /** A text was written. */
  default void wrote(int tokens) {}

  /** A batch did not fit on the device: it is halved, or one sequence is given up. */
  default void outOfMemory(TokenBatch batch) {}
}
