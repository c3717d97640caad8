package io.sparkattention.jobs.config;

import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.UsageException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** A file of keys and values in the form of {@code spark-defaults.conf}. */
public final class ConfFile {

  private ConfFile() {}

  /**
   * Reads a file.
   *
   * @throws UsageException if it cannot be read, or sets a key that is not Spark's
   */
  public static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    Problems problems = new Problems();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      problems.add("--conf-file " + file + " cannot be read: " + e);
    }
    Map<String, String> values = new TreeMap<>();
    for (String key : properties.stringPropertyNames()) {
      if (!key.startsWith("spark.")) {
        problems.add(
            "--conf-file "
                + file
                + " sets "
                + key
                + ": keys begin with spark., such as"
                + " spark.attention.summarize.model");
      }
      values.put(key, properties.getProperty(key).strip());
    }
    problems.throwIfAny();
    return values;
  }
}
