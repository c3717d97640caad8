package io.sparkattention.udfs.function;

import io.sparkattention.registry.Spelling;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.SettingsSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A call with its settings: what its options say, else what the session's configuration says.
 *
 * @param settings all of them as text
 * @param call what follows from them
 */
record CallSettings(Map<String, String> settings, BatchedCall<?, ?> call) {

  /**
   * Settles the options of a call; empty after noting every reason why it cannot run.
   *
   * @param beside names of options that are not the function's, and known all the same
   * @param configuration the session's
   */
  static Optional<CallSettings> settle(
      BatchedFunction function,
      Map<String, String> options,
      List<String> beside,
      Map<String, String> configuration,
      Problems problems) {
    checkNames(function, options, beside, problems);
    JobSettings settings =
        JobSettings.resolve(
            function.job(),
            function.options(),
            List.of(SettingsSource.call(options), SettingsSource.configuration(configuration)),
            problems);
    Optional<CallSettings> settled =
        problems.check(() -> new CallSettings(settings.asMap(), function.call(settings)));
    return problems.isEmpty() ? settled : Optional.empty();
  }

  private static void checkNames(
      BatchedFunction function,
      Map<String, String> options,
      List<String> beside,
      Problems problems) {
    TreeSet<String> known = new TreeSet<>();
    function.options().forEach(option -> known.add(option.name()));
    known.addAll(beside);
    for (String name : new TreeSet<>(options.keySet())) {
      if (!known.contains(name)) {
        problems.add(
            "unknown option '"
                + name
                + "'"
                + Spelling.hint(name, known)
                + ": use "
                + String.join(", ", known));
      }
    }
  }
}
