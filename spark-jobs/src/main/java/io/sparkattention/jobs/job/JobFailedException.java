package io.sparkattention.jobs.job;

/** A job began and could not be finished; its message says why and how to go on. */
public final class JobFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  /**
   * @param exitCode what a launcher answers
   * @param message why, and what to do
   * @param cause may be null
   */
  public JobFailedException(ExitCode exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** What a launcher answers. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
