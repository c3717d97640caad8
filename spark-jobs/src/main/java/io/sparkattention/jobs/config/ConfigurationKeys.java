package io.sparkattention.jobs.config;

import io.sparkattention.registry.Spelling;
import io.sparkattention.udfs.config.ConfigKey;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.executor.ApplicationKeys;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The keys under {@code spark.attention.} that exist, so that a misspelt one is not ignored. */
public final class ConfigurationKeys {

  /** Where the project lies; Spark takes Java properties of this prefix for its own. */
  public static final ConfigKey<String> HOME =
      new ConfigKey<>(
          "home",
          OptionType.PATH,
          "set by the launcher, as a Java property",
          "Where the project lies, for the demo");

  /** Those that no job owns. */
  public static final List<ConfigKey<?>> GENERAL =
      Stream.concat(Stream.of(HOME), ApplicationKeys.ALL.stream()).toList();

  private final Set<String> known = new TreeSet<>();

  /**
   * @param options the options of every job, by its name
   */
  public ConfigurationKeys(Map<String, List<JobOption<?>>> options) {
    GENERAL.forEach(key -> known.add(key.key()));
    options.forEach((job, declared) -> declared.forEach(option -> known.add(option.key(job))));
  }

  /** Notes a problem for every key of ours that does not exist, or has a value not allowed. */
  public void check(Map<String, String> values, Problems problems) {
    for (String key : new TreeMap<>(values).keySet()) {
      if (key.startsWith(JobOption.PREFIX) && !known.contains(key)) {
        String nearest = Spelling.nearest(key, known).orElseThrow();
        problems.add("unknown key " + key + ": did you mean " + nearest + "?");
      }
    }
    for (ConfigKey<?> key : GENERAL) {
      if (values.containsKey(key.key())) {
        problems.check(() -> (Object) key.parse(values.get(key.key())));
      }
    }
  }
}
