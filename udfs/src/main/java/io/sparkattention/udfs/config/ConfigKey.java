package io.sparkattention.udfs.config;

import java.util.Optional;
import org.apache.spark.SparkConf;

/**
 * One key of Spark's configuration that speaks of executors or of the whole application, and of no
 * job. It is set before the application starts: later values are not heard.
 *
 * @param name what stands behind {@value JobOption#PREFIX}
 * @param type what its text may be
 * @param byDefault what holds where nobody sets it, in words
 * @param doc one sentence that says what it is, without its full stop
 */
public record ConfigKey<T>(String name, OptionType<T> type, String byDefault, String doc) {

  /** The key as it stands in a configuration. */
  public String key() {
    return JobOption.PREFIX + name;
  }

  /**
   * What a configuration says; empty where it does not have the key.
   *
   * @throws IllegalArgumentException with key, text and what is allowed, if the text is not
   */
  public Optional<T> value(SparkConf conf) {
    return conf.contains(key()) ? Optional.of(parse(conf.get(key()))) : Optional.empty();
  }

  /**
   * The value of a text.
   *
   * @throws IllegalArgumentException with key, text and what is allowed, if the text is not
   */
  public T parse(String text) {
    try {
      return type.parser().apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key() + "=" + text + ": " + e.getMessage(), e);
    }
  }
}
