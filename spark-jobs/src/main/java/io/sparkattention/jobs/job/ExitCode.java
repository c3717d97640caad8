package io.sparkattention.jobs.job;

/** What the launcher answers to its shell. */
public enum ExitCode {
  DONE(0, "done"),
  FAILED(1, "failed"),
  /** Bad usage or configuration: nothing was started. */
  USAGE(2, "refused"),
  /** Done, but more rows failed than allowed. */
  TOO_MANY_ERRORS(3, "too-many-errors");

  private final int number;
  private final String status;

  ExitCode(int number, String status) {
    this.number = number;
    this.status = status;
  }

  /** The number that a process ends with. */
  public int number() {
    return number;
  }

  /** The word for it in {@code _run.json}. */
  public String status() {
    return status;
  }
}
