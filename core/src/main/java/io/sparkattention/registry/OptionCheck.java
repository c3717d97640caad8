package io.sparkattention.registry;

import java.util.ArrayList;
import java.util.List;

/** Collects every reason why a variant's options cannot be used, for its constructor to throw. */
public final class OptionCheck {

  private final List<String> problems = new ArrayList<>();

  /** Notes a problem if a number is too small; returns this, so that checks read as one list. */
  public OptionCheck atLeast(int lowest, String option, int value) {
    if (value < lowest) {
      problem(option + "=" + value + " must be " + lowest + " or more");
    }
    return this;
  }

  /** Notes a problem of another kind, such as options that do not fit together. */
  public void problem(String problem) {
    problems.add(problem);
  }

  /**
   * Ends the check.
   *
   * @throws IllegalArgumentException with every problem that was noted
   */
  public void done() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }
}
