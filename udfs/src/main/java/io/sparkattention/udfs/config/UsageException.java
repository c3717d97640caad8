package io.sparkattention.udfs.config;

import java.util.List;

/** Everything wrong with what was asked for. Nothing was computed and nothing was written. */
public final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /**
   * @param problems each says what was given, what is allowed and what to do; none where they were
   *     told before
   */
  public UsageException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** The problems, one sentence each. */
  public List<String> problems() {
    return problems;
  }
}
