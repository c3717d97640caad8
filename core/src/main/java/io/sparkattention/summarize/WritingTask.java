package io.sparkattention.summarize;

import io.sparkattention.generate.Generated;
import java.io.Serializable;
import java.util.List;

/**
 * One text that a model is to write.
 *
 * @param kind what it is to do
 * @param level of the step that comes of it
 * @param chunks the places of the chunks that it reads
 * @param steps the places of the steps whose texts it reads
 * @param text what it reads
 * @param summary what it knows already; empty where nothing
 * @param newTokens that it may write at most
 */
public record WritingTask(
    Kind kind,
    int level,
    List<Integer> chunks,
    List<Integer> steps,
    String text,
    String summary,
    int newTokens)
    implements Serializable {

  /** What a model can be asked to do. */
  public enum Kind {
    /** Summarize a text. */
    SUMMARIZE,
    /** Make one summary of several. */
    MERGE,
    /** Add what a text says to a summary. */
    UPDATE
  }

  public WritingTask {
    chunks = List.copyOf(chunks);
    steps = List.copyOf(steps);
  }

  /** The same task with another text. */
  WritingTask reading(String other) {
    return new WritingTask(kind, level, chunks, steps, other, summary, newTokens);
  }

  /** The same task with something else that is known already. */
  WritingTask knowing(String other) {
    return new WritingTask(kind, level, chunks, steps, text, other, newTokens);
  }

  /** The step that was written. */
  public WrittenStep done(Generated made) {
    return new WrittenStep(
        level,
        chunks,
        steps,
        made.text().strip(),
        made.promptTokens(),
        made.newTokens(),
        made.reason(),
        made.truncated(),
        made.meanLogProbability(),
        null);
  }
}
