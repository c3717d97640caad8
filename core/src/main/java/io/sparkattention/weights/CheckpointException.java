package io.sparkattention.weights;

import java.util.List;

/** Says everything that is wrong with a checkpoint at once. */
public final class CheckpointException extends RuntimeException {

  private final List<String> problems;

  /**
   * Makes one error of all problems.
   *
   * @param subject what could not be read, such as a path
   * @param problems what is wrong with it, each with its remedy where there is one
   */
  public CheckpointException(String subject, List<String> problems) {
    super(message(subject, problems));
    this.problems = List.copyOf(problems);
  }

  /** Makes an error of a single problem with the exception that showed it. */
  CheckpointException(String subject, String problem, Throwable cause) {
    super(message(subject, List.of(problem)), cause);
    this.problems = List.of(problem);
  }

  /** Every problem, in the order of the message. */
  public List<String> problems() {
    return problems;
  }

  /** Fails if there are problems. */
  static void throwIfAny(Object subject, List<String> problems) {
    if (!problems.isEmpty()) {
      throw new CheckpointException(subject.toString(), problems);
    }
  }

  private static String message(String subject, List<String> problems) {
    if (problems.size() == 1) {
      return "The checkpoint %s cannot be used: %s".formatted(subject, problems.get(0));
    }
    return "The checkpoint %s cannot be used, for %d reasons:%n  %s"
        .formatted(subject, problems.size(), String.join(System.lineSeparator() + "  ", problems));
  }
}
