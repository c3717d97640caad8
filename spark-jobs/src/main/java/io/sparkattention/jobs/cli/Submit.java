package io.sparkattention.jobs.cli;

import io.sparkattention.jobs.job.ExitCode;
import io.sparkattention.jobs.job.JobFailedException;
import io.sparkattention.udfs.config.UsageException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine;

/**
 * The main of a driver that lives on: the same commands as {@link SparkAttention}, but it returns
 * when they are done and throws when they are not. Ending the process would end a notebook with it.
 */
public final class Submit {

  private Submit() {}

  /**
   * Runs a command.
   *
   * @throws UsageException if the arguments or the configuration are wrong
   * @throws JobFailedException if the job failed, or more rows failed than allowed
   */
  public static void main(String[] args) throws Exception {
    PrintWriter out = new PrintWriter(System.out, true);
    CommandLine commandLine = SparkAttention.commandLine(out, new PrintWriter(System.err, true));
    AtomicReference<Exception> failure = new AtomicReference<>(); // what handlers throw is printed
    commandLine.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          failure.set(e);
          return ExitCode.FAILED.number();
        });
    commandLine.setParameterExceptionHandler(
        (e, arguments) -> {
          failure.set(new UsageException(List.of(e.getMessage())));
          return ExitCode.USAGE.number();
        });
    commandLine.execute(args);
    if (failure.get() != null) {
      throw failure.get();
    }
  }
}
