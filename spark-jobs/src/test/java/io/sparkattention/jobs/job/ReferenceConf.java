package io.sparkattention.jobs.job;

import io.sparkattention.jobs.config.ConfigurationKeys;
import io.sparkattention.udfs.config.ConfigKey;
import io.sparkattention.udfs.config.JobOption;
import java.util.List;

/** The file that holds every key, commented out, written from the declarations. */
public final class ReferenceConf {

  private static final String HEAD =
      """
      # Every key of Spark Attention with its default, commented out: copy what you change to a file
      # of your own and name it by --conf-file, or to Spark's spark-defaults.conf.
      # Working examples for clusters of several kinds lie in examples. Do not edit: a test writes
      # this file from the declarations of the keys (see docs/configuration.md).
      """;

  private ReferenceConf() {}

  /** The file's text. */
  public static String text() {
    StringBuilder text = new StringBuilder(HEAD);
    section(text, "executors and the whole application");
    for (ConfigKey<?> key : ConfigurationKeys.GENERAL) {
      entry(
          text,
          key.doc(),
          key.type().label(),
          plain(key.byDefault()),
          "read when the application starts",
          key.key(),
          "");
    }
    for (Job job : Jobs.ALL) {
      section(text, job.name() + ": read when a run begins");
      for (JobOption<?> option : Jobs.options(job)) {
        entry(
            text,
            option.doc(),
            option.type().label(),
            byDefault(option),
            effect(option),
            option.key(job.name()),
            option.defaultText() == null ? "" : option.defaultText());
      }
    }
    return text.toString();
  }

  private static String byDefault(JobOption<?> option) {
    if (option.presence() == JobOption.Presence.REQUIRED) {
      return "must be set";
    }
    return option.defaultText() == null ? "" : option.defaultText();
  }

  private static String effect(JobOption<?> option) {
    return option.effect() == JobOption.Effect.RESULTS
        ? "changes the results"
        : "leaves the results as they are";
  }

  private static void section(StringBuilder text, String title) {
    text.append("\n# ==== ").append(title).append(" ====\n");
  }

  private static void entry(
      StringBuilder text,
      String doc,
      String label,
      String byDefault,
      String remark,
      String key,
      String value) {
    List<String> lines =
        List.of(
            "# " + plain(doc) + ".",
            "#   " + label + "; default: " + (byDefault.isEmpty() ? "none" : byDefault),
            "#   " + remark,
            ("# " + key + "  " + value).strip());
    text.append("\n").append(String.join("\n", lines)).append("\n");
  }

  /** Markdown without its marks. */
  private static String plain(String markdown) {
    return markdown.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1").replace("`", "").strip();
  }
}
