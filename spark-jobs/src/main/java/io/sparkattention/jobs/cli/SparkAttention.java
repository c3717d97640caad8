package io.sparkattention.jobs.cli;

import io.sparkattention.jobs.job.ExitCode;
import io.sparkattention.jobs.job.Job;
import io.sparkattention.jobs.job.JobFailedException;
import io.sparkattention.jobs.job.Jobs;
import io.sparkattention.jobs.job.Versions;
import io.sparkattention.registry.Spelling;
import io.sparkattention.udfs.config.UsageException;
import java.io.PrintWriter;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The launcher's class: runs a command and ends the process with its exit code. */
public final class SparkAttention {

  private static final Logger LOG = LoggerFactory.getLogger(SparkAttention.class);

  private SparkAttention() {}

  /** Runs a command; the process ends. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    System.exit(execute(out, err, args).number());
  }

  /** Runs a command and says how it ended; what goes wrong is told on {@code err}. */
  public static ExitCode execute(PrintWriter out, PrintWriter err, String... args) {
    CommandLine commandLine = commandLine(out, err);
    commandLine.setExecutionExceptionHandler((e, command, parsed) -> tell(e, err).number());
    commandLine.setParameterExceptionHandler((e, arguments) -> tell(e, err).number());
    int number = commandLine.execute(args);
    for (ExitCode each : ExitCode.values()) {
      if (each.number() == number) {
        return each;
      }
    }
    return ExitCode.FAILED;
  }

  /** All commands. */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    CommandSpec spec = CommandSpec.create().name("spark-attention").mixinStandardHelpOptions(true);
    spec.usageMessage()
        .description(
            "Summaries, rankings, embeddings and attention statistics of a corpus, in Parquet.")
        .footer(
            "",
            "Exit codes: 0 done; 1 the job failed; 2 bad usage or configuration, nothing was"
                + " started; 3 done, but more rows failed than --max-error-rate.");
    spec.versionProvider(() -> new String[] {Versions.own()});
    CommandLine commandLine = new CommandLine(spec);
    for (Job job : Jobs.ALL) {
      commandLine.addSubcommand(job.name(), JobCommand.spec(job, out));
    }
    commandLine.addSubcommand("list", ListCommand.spec(out));
    commandLine.addSubcommand("demo", DemoCommand.spec(out));
    commandLine.addSubcommand("bench", BenchCommand.spec(out));
    commandLine.addSubcommand(new CommandLine.HelpCommand());
    commandLine.setOut(out);
    commandLine.setErr(err);
    return commandLine;
  }

  private static ExitCode tell(ParameterException e, PrintWriter err) {
    CommandLine command = e.getCommandLine();
    err.println("spark-attention: " + e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      Set<String> known =
          word.startsWith("-")
              ? command.getCommandSpec().optionsMap().keySet()
              : command.getSubcommands().keySet();
      Spelling.nearest(word, new TreeSet<>(known))
          .ifPresent(nearest -> err.println("Did you mean " + nearest + "?"));
    }
    err.println("See " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  private static ExitCode tell(Exception e, PrintWriter err) {
    if (e instanceof UsageException usage) {
      usage.problems().forEach(problem -> err.println("spark-attention: " + problem));
      return ExitCode.USAGE;
    }
    if (e instanceof JobFailedException failure) {
      err.println("spark-attention: " + failure.getMessage());
      return failure.exitCode();
    }
    LOG.error("The command failed", e);
    err.println("spark-attention: " + e);
    return ExitCode.FAILED;
  }
}
