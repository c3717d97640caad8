package io.sparkattention.jobs.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What the rows of an output depend on.
 *
 * @param job which job writes it
 * @param schema name and version of its columns
 * @param fingerprint a digest of the model's files; empty where there is no model
 * @param settings the options that the results depend on
 */
public record Manifest(
    String job, String schema, String fingerprint, Map<String, String> settings) {

  public Manifest {
    settings = Map.copyOf(settings);
  }

  /** Every difference of a new run, in words; empty if it may go on from this one. */
  List<String> differences(Manifest other) {
    List<String> differences = new ArrayList<>();
    compare("job", job, other.job, differences);
    compare("schema", schema, other.schema, differences);
    compare("the model's files", fingerprint, other.fingerprint, differences);
    TreeSet<String> names = new TreeSet<>(settings.keySet());
    names.addAll(other.settings.keySet());
    for (String name : names) {
      compare("--" + name, settings.get(name), other.settings.get(name), differences);
    }
    return differences;
  }

  private static void compare(String what, String before, String now, List<String> differences) {
    if (before == null || !before.equals(now)) {
      if (before != null || now != null) {
        differences.add(what + " was " + shown(before) + " and is " + shown(now));
      }
    }
  }

  private static String shown(String value) {
    return value == null ? "not set" : "'" + value + "'";
  }
}
