package io.sparkattention.jobs.job;

import io.sparkattention.jobs.output.Counts;

/**
 * What a finished job did.
 *
 * @param exitCode {@link ExitCode#DONE} or {@link ExitCode#TOO_MANY_ERRORS}
 * @param output where the results lie
 * @param counts of all committed slices
 * @param seconds how long it took
 * @param message why it is not simply done; null if it is
 * @param highlights what is shown of the results
 */
public record JobReport(
    ExitCode exitCode,
    String output,
    Counts counts,
    double seconds,
    String message,
    Highlights highlights) {

  /** A report that shows nothing of the results. */
  public JobReport(
      ExitCode exitCode, String output, Counts counts, double seconds, String message) {
    this(exitCode, output, counts, seconds, message, Highlights.NONE);
  }

  /** The same with something to show of the results. */
  JobReport with(Highlights other) {
    return new JobReport(exitCode, output, counts, seconds, message, other);
  }

  /** One line for people. */
  public String line() {
    return String.format(
        "%,d inputs, %,d rows, %,d errors in %.1f s: %s",
        counts.inputs(), counts.rows(), counts.errors(), seconds, output);
  }
}
