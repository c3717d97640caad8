package io.sparkattention.jobs.job;

import io.sparkattention.jobs.output.Counts;
import io.sparkattention.jobs.output.Manifest;
import io.sparkattention.jobs.output.OutputDirectory;
import io.sparkattention.jobs.output.RunRecord;
import io.sparkattention.jobs.output.Slice;
import io.sparkattention.udfs.config.JobSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps {@code _run.json} up to date while a job runs, and says how it ended. */
final class RunJournal {

  private static final Logger LOG = LoggerFactory.getLogger(RunJournal.class);
  private static final String RUNNING = "running";

  private final SparkSession spark;
  private final OutputDirectory output;
  private final Manifest manifest;
  private final JobSettings settings;
  private final Supplier<Map<String, Long>> counters;
  private final Map<String, String> prompts;
  private final long started;
  private final long checked = System.nanoTime();
  private final Instant began;
  private final List<Slice> slices = new ArrayList<>();
  private int earlier;
  private boolean opened;

  /**
   * @param counters what else is counted
   * @param prompts what models are told, by name the SHA-256 of each
   * @param started when the checks began, by {@link System#nanoTime}
   */
  RunJournal(
      SparkSession spark,
      OutputDirectory output,
      Manifest manifest,
      JobSettings settings,
      Supplier<Map<String, Long>> counters,
      Map<String, String> prompts,
      long started) {
    this.spark = spark;
    this.output = output;
    this.manifest = manifest;
    this.settings = settings;
    this.counters = counters;
    this.prompts = prompts;
    this.started = started;
    this.began = Instant.now().minusNanos(checked - started);
  }

  void begin(List<Slice> committed) throws IOException {
    slices.addAll(committed);
    earlier = committed.size();
    opened = true;
    write(RUNNING, null, null);
  }

  /** All that is committed, by this run and earlier ones. */
  List<Slice> slices() {
    return List.copyOf(slices);
  }

  void commit(Slice slice) {
    slices.add(slice);
    try {
      write(RUNNING, null, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Ends a run that computed all it had to.
   *
   * @param keys how many there are; an output that was resumed may hold more, which left the input
   * @param ofThisRun how many this run had to compute, where that is known
   * @throws JobFailedException if fewer were written, or others by this run
   */
  JobReport finish(long keys, OptionalLong ofThisRun, double maxErrorRate) throws IOException {
    Counts counts = counts();
    long written = counts(slices.subList(earlier, slices.size())).inputs();
    if (counts.inputs() < keys || ofThisRun.orElse(written) != written) {
      throw fail(
          new IllegalStateException(
              keys
                  + " rows were to be there, "
                  + ofThisRun.orElse(written)
                  + " of them by this run, and "
                  + counts.inputs()
                  + " are, "
                  + written
                  + " by this run: the input changed while the job ran, or this is a defect"));
    }
    ExitCode exitCode =
        counts.errorRate() > maxErrorRate ? ExitCode.TOO_MANY_ERRORS : ExitCode.DONE;
    String message =
        exitCode == ExitCode.DONE
            ? null
            : String.format(
                "%d of %d rows failed, more than --max-error-rate %s allows: see the column error"
                    + " of %s",
                counts.errors(), counts.inputs(), maxErrorRate, output.location());
    write(exitCode.status(), exitCode, message);
    output.succeed();
    return new JobReport(exitCode, output.location(), counts, seconds(started), message);
  }

  /** Ends a run that failed; returns what to throw. */
  JobFailedException fail(Throwable e) {
    boolean lost = isLost();
    String message =
        settings.job()
            + " failed: "
            + (lost ? "another run has taken its output" : reason(e))
            + ". "
            + slices.size()
            + " slices with "
            + counts().inputs()
            + " rows are committed in "
            + output.location()
            + (lost ? ": let the other run finish" : ": run again with --resume to go on");
    LOG.error("{}", message, e);
    if (lost) {
      return new JobFailedException(ExitCode.FAILED, message, e);
    }
    try {
      write(ExitCode.FAILED.status(), ExitCode.FAILED, message);
    } catch (IOException | RuntimeException unwritable) {
      LOG.warn("_run.json cannot be written either: {}", unwritable.toString());
    }
    return new JobFailedException(ExitCode.FAILED, message, e);
  }

  private boolean isLost() {
    try {
      return opened && output.isLost();
    } catch (IOException | RuntimeException unreadable) {
      return false; // what failed first is told
    }
  }

  private void write(String status, ExitCode exitCode, String message) throws IOException {
    Counts counts = counts();
    output.writeRun(
        new RunRecord(
            settings.job(),
            status,
            exitCode == null ? null : exitCode.number(),
            message,
            manifest.schema(),
            settings.asMap(),
            versions(),
            manifest.fingerprint(),
            new TreeMap<>(prompts),
            counts,
            counts.errorRate(),
            Map.of("committed", slices.size(), "earlier", earlier),
            spark.sparkContext().applicationId(),
            began.toString(),
            exitCode == null ? null : Instant.now().toString(),
            Map.of("checking", (checked - started) / 1e9, "computing", seconds(checked)),
            new TreeMap<>(counters.get())));
  }

  private Map<String, String> versions() {
    boolean model = !manifest.fingerprint().isEmpty();
    return model ? Versions.withEngine(spark) : Versions.of(spark);
  }

  private Counts counts() {
    return counts(slices);
  }

  private static Counts counts(List<Slice> slices) {
    return slices.stream().map(Slice::counts).reduce(Counts.NONE, Counts::plus);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  /** What the deepest cause says, or one above it that names the file of a store. */
  private static String reason(Throwable e) {
    String reason = "";
    boolean named = false;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
      boolean names = cause instanceof IOException && message.contains("://");
      if (names || !named) {
        reason = message;
      }
      named |= names;
    }
    return reason.lines().findFirst().orElse(reason).replaceFirst("[.]$", "");
  }
}
