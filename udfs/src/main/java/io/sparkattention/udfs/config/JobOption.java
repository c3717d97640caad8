package io.sparkattention.udfs.config;

/**
 * One option of a job, or of the SQL function that does the same work. Options are compared by
 * name: a job has at most one of each.
 *
 * @param name hyphenated, without dashes in front: {@code id-column}
 * @param type what its text may be
 * @param defaultText its value where nobody sets it; null where it then has none
 * @param presence whether it must be set
 * @param effect whether another value changes the results
 * @param doc one sentence that says what it is, without its full stop
 */
public record JobOption<T>(
    String name,
    OptionType<T> type,
    String defaultText,
    Presence presence,
    Effect effect,
    String doc) {

  /** What all keys of this project begin with. */
  public static final String PREFIX = "spark.attention.";

  /** Whether an option must be set. */
  public enum Presence {
    REQUIRED,
    OPTIONAL
  }

  /** What an option has an effect on. */
  public enum Effect {
    /** The rows that are written: a run resumes only with the same value. */
    RESULTS,
    /** Only how the rows come about: a run may resume with another value. */
    EXECUTION
  }

  /** An option that must be set. */
  public static <T> JobOption<T> required(String name, OptionType<T> type, String doc) {
    return new JobOption<>(name, type, null, Presence.REQUIRED, Effect.RESULTS, doc);
  }

  /** An option that may be left out, and then has no value. */
  public static <T> JobOption<T> optional(String name, OptionType<T> type, String doc) {
    return new JobOption<>(name, type, null, Presence.OPTIONAL, Effect.RESULTS, doc);
  }

  /** An option with a default. */
  public static <T> JobOption<T> withDefault(
      String name, OptionType<T> type, String defaultText, String doc) {
    return new JobOption<>(name, type, defaultText, Presence.OPTIONAL, Effect.RESULTS, doc);
  }

  /** The same option, declared to leave the results as they are. */
  public JobOption<T> forExecution() {
    return new JobOption<>(name, type, defaultText, presence, Effect.EXECUTION, doc);
  }

  /** The same option with another default. */
  public JobOption<T> withDefault(String other) {
    return new JobOption<>(name, type, other, Presence.OPTIONAL, effect, doc);
  }

  /** Its key in Spark's configuration. */
  public String key(String job) {
    return PREFIX + job + "." + name;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JobOption<?> option && option.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }
}
