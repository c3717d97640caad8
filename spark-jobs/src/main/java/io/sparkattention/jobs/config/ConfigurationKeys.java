package io.sparkattention.jobs.config;

import io.sparkattention.registry.Spelling;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.Problems;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The keys under {@code spark.attention.} that exist, so that a misspelt one is not ignored. */
public final class ConfigurationKeys {

  private static final String PREFIX = JobOption.PREFIX;
  private static final Set<String> GENERAL =
      Set.of(
          PREFIX + "home",
          PREFIX + "hf.endpoint",
          PREFIX + "inference.threads",
          PREFIX + "metrics.seconds",
          PREFIX + "stage-resources");

  private final Set<String> known = new TreeSet<>(GENERAL);

  /**
   * @param options the options of every job, by its name
   */
  public ConfigurationKeys(Map<String, List<JobOption<?>>> options) {
    options.forEach((job, declared) -> declared.forEach(option -> known.add(option.key(job))));
  }

  /** Notes a problem for every key of ours that does not exist. */
  public void check(Set<String> keys, Problems problems) {
    for (String key : new TreeSet<>(keys)) {
      if (key.startsWith(PREFIX) && !known.contains(key)) {
        String nearest = Spelling.nearest(key, known).orElseThrow();
        problems.add("unknown key " + key + ": did you mean " + nearest + "?");
      }
    }
  }
}
