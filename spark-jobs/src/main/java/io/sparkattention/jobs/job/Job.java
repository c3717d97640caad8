package io.sparkattention.jobs.job;

import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.Problems;
import java.util.List;
import java.util.Optional;

/** One kind of work on a corpus. */
public interface Job {

  /** Its name on the command line. */
  String name();

  /** One sentence that says what it makes, without its full stop. */
  String summary();

  /** What can be set, beside {@link RunOptions}. */
  List<JobOption<?>> options();

  /** Those options that name what it reads. */
  List<JobOption<String>> inputs();

  /**
   * Checks everything that can be checked without computing results, and says what is to be
   * computed.
   *
   * @return empty after noting every reason why the job cannot run
   */
  Optional<JobPlan> plan(JobContext context, Problems problems);
}
