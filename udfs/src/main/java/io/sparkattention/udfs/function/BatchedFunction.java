package io.sparkattention.udfs.function;

import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import java.util.List;

/** A SQL function that is evaluated in batches. */
public interface BatchedFunction {

  /** Its name in SQL. */
  String name();

  /** The job that does the same work: its keys in the configuration are those of the function. */
  String job();

  /** What it reads, in order; all of it is text. */
  List<String> arguments();

  /** What the map of options may hold. */
  List<JobOption<?>> options();

  /** One sentence that says what it makes. */
  String summary();

  /**
   * What a call with such settings computes.
   *
   * @throws IllegalArgumentException with every reason why it cannot
   */
  BatchedCall<?, ?> call(JobSettings settings);
}
