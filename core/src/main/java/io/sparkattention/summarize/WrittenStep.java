package io.sparkattention.summarize;

import io.sparkattention.generate.FinishReason;
import java.io.Serializable;
import java.util.List;

/**
 * A text that a model wrote on its way to a summary.
 *
 * @param level how many steps lie below it at most; 0 for one that read chunks alone
 * @param chunks the places of the chunks that it read itself
 * @param steps the places of the steps whose texts it read
 * @param text what was written
 * @param tokensIn how many tokens the model read for it, its prompt included
 * @param tokensOut how many tokens it wrote
 * @param reason why it ended
 * @param truncated whether what it was to read had to be cut
 * @param meanLogProbability how likely the model held what it wrote, a token in the mean
 * @param watched what it attended to meanwhile; null where nobody watched
 */
public record WrittenStep(
    int level,
    List<Integer> chunks,
    List<Integer> steps,
    String text,
    int tokensIn,
    int tokensOut,
    FinishReason reason,
    boolean truncated,
    double meanLogProbability,
    WatchedStep watched)
    implements Serializable {

  public WrittenStep {
    chunks = List.copyOf(chunks);
    steps = List.copyOf(steps);
  }

  /** The same step, watched. */
  WrittenStep watchedAs(WatchedStep seen) {
    return new WrittenStep(
        level,
        chunks,
        steps,
        text,
        tokensIn,
        tokensOut,
        reason,
        truncated,
        meanLogProbability,
        seen);
  }
}
