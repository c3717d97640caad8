package io.sparkattention.jobs.job;

import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.work.WindowOptions;
import java.util.List;

/** What every job can be told about its output and its run. */
public final class RunOptions {

  public static final JobOption<String> OUTPUT =
      JobOption.required(
              "output",
              OptionType.PATH,
              "The directory of the results, or the table of an --output-format of tables")
          .forExecution();
  public static final JobOption<String> OUTPUT_FORMAT =
      JobOption.withDefault(
          "output-format",
          new OptionType<>("format", OptionType.TEXT.parser()),
          "parquet",
          "The format of the results: parquet, orc, json, csv, or any other that Spark knows, such"
              + " as delta or iceberg, each slice appended to a table");
  public static final JobOption<String> RUN_DIRECTORY =
      JobOption.optional(
              "run-directory",
              OptionType.PATH,
              "Where manifest, slices and run record of a table lie; by default beside it, at its"
                  + " location and _run")
          .forExecution();
  public static final JobOption<Boolean> RESUME =
      JobOption.withDefault(
              "resume",
              OptionType.FLAG,
              "false",
              "Go on with an output of the same settings: what is committed is not computed again")
          .forExecution();
  public static final JobOption<Boolean> OVERWRITE =
      JobOption.withDefault("overwrite", OptionType.FLAG, "false", "Replace an output that exists")
          .forExecution();
  public static final JobOption<Integer> SLICE_ROWS =
      JobOption.withDefault(
              "slice-rows",
              OptionType.wholeNumber(1),
              "20000",
              "About how many rows are committed first; later slices grow to --slice-seconds")
          .forExecution();
  public static final JobOption<Integer> SLICE_SECONDS =
      JobOption.withDefault(
              "slice-seconds",
              OptionType.wholeNumber(0),
              "120",
              "How long a slice may take, which is what a killed job loses; 0 keeps slices small")
          .forExecution();
  public static final JobOption<Integer> PARTITIONS =
      JobOption.withDefault(
              "partitions",
              OptionType.wholeNumber(0),
              "0",
              "Tasks per slice; 0 takes four for each task that runs at a time")
          .forExecution();
  public static final JobOption<Double> MAX_ERROR_RATE =
      JobOption.withDefault(
              "max-error-rate",
              OptionType.RATE,
              "0.01",
              "The share of rows that may fail before the exit code is 3")
          .forExecution();

  /** All of them. */
  public static final List<JobOption<?>> OPTIONS =
      List.of(
          OUTPUT,
          OUTPUT_FORMAT,
          RUN_DIRECTORY,
          RESUME,
          OVERWRITE,
          SLICE_ROWS,
          SLICE_SECONDS,
          PARTITIONS,
          WindowOptions.ROWS,
          MAX_ERROR_RATE);

  private RunOptions() {}
}
