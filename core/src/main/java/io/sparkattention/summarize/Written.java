package io.sparkattention.summarize;

import java.util.List;

/**
 * How a model came to write a summary.
 *
 * @param prompts what it was told, by name and version
 * @param chunks the pieces of the source that it read
 * @param steps all texts that it wrote, in the order in which it did; the last one is the summary
 * @param statements the sentences of the summary
 */
public record Written(
    String prompts, List<SourceChunk> chunks, List<WrittenStep> steps, List<Statement> statements) {

  /**
   * A sentence of a summary and where it comes from.
   *
   * @param text what it says
   * @param chunks the places of all chunks that were read for it, in any step
   * @param lookbackRatio how much it looks back at its prompt; null where nobody watched
   */
  public record Statement(String text, List<Integer> chunks, Double lookbackRatio) {

    public Statement {
      chunks = List.copyOf(chunks);
    }
  }

  public Written {
    chunks = List.copyOf(chunks);
    steps = List.copyOf(steps);
    statements = List.copyOf(statements);
  }

  /** The step that wrote the summary. */
  public WrittenStep last() {
    return steps.get(steps.size() - 1);
  }
}
