package io.sparkattention.udfs.work;

import io.sparkattention.udfs.batch.WindowLimits;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.OptionType;

/** How far rows are read ahead. */
public final class WindowOptions {

  public static final JobOption<Integer> ROWS =
      JobOption.withDefault(
              "window-rows",
              OptionType.wholeNumber(1),
              "4096",
              "How many rows a task reads ahead, to batch those of similar length")
          .forExecution();

  private WindowOptions() {}

  /** The limits that settings describe. */
  public static WindowLimits limits(JobSettings settings) {
    return new WindowLimits(settings.value(ROWS), WindowLimits.DEFAULT.characters());
  }
}
