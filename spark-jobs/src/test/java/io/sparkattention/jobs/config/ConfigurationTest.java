package io.sparkattention.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.jobs.job.Jobs;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.udfs.config.ConfigKey;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

  private static final List<JobOption<?>> OPTIONS =
      List.of(
          JobOption.optional("word", OptionType.TEXT, "A word"),
          JobOption.optional("count", OptionType.wholeNumber(1), "A count"));

  @Test
  void misspeltKeysAreToldWithTheNearest() {
    Problems problems = new Problems();
    ConfigurationKeys keys = new ConfigurationKeys(Map.of("work", OPTIONS));
    keys.check(
        Map.of(
            "spark.attention.work.wrod", "b",
            "spark.attention.inference.threads", "2",
            "spark.attention.work.count", "3",
            "spark.executor.memory", "1g"),
        problems);
    assertThatThrownBy(problems::throwIfAny)
        .hasMessage(
            "unknown key spark.attention.work.wrod: did you mean spark.attention.work.word?");
  }

  @Test
  void valuesOfKeysThatNoJobOwnsAreCheckedBeforeWorkStarts() {
    Problems problems = new Problems();
    new ConfigurationKeys(Map.of())
        .check(
            Map.of(
                "spark.attention.inference.threads", "many",
                "spark.attention.hf.endpoint", "mirror",
                "spark.attention.metrics.seconds", "10",
                "spark.attention.stage-resources", "tpu"),
            problems);
    assertThatThrownBy(problems::throwIfAny)
        .isInstanceOfSatisfying(
            UsageException.class,
            refused ->
                assertThat(refused.problems())
                    .containsExactlyInAnyOrder(
                        "spark.attention.hf.endpoint=mirror: use an address that begins with"
                            + " https://",
                        "spark.attention.inference.threads=many: use a whole number, in digits",
                        "spark.attention.stage-resources=tpu: the only resource is gpu"));
  }

  /** A key that code reads and nobody declared is missed by the check and by the documentation. */
  @Test
  void everyKeyThatTheCodeNamesIsDeclared() throws IOException {
    Set<String> declared =
        Stream.concat(
                ConfigurationKeys.GENERAL.stream().map(ConfigKey::key),
                Jobs.ALL.stream()
                    .flatMap(job -> Jobs.options(job).stream().map(o -> o.key(job.name()))))
            .collect(Collectors.toCollection(TreeSet::new));
    declared.add(OutputSchema.METADATA); // names metadata of a column
    Pattern ofApplications = Pattern.compile("new ConfigKey<>\\(\\s*\"([a-z.-]+)\"");
    Pattern literal = Pattern.compile("\"(spark[.]attention[.][a-z.-]*[a-z])\"");
    Path home = Path.of(System.getProperty("spark.attention.home"));
    Set<String> named = new TreeSet<>();
    for (String module : List.of("udfs", "spark-jobs")) {
      try (Stream<Path> files = Files.walk(home.resolve(module).resolve("src/main"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          String text = Files.readString(file);
          literal.matcher(text).results().forEach(found -> named.add(found.group(1)));
          ofApplications
              .matcher(text)
              .results()
              .forEach(found -> named.add(JobOption.PREFIX + found.group(1)));
        }
      }
    }
    assertThat(named)
        .contains("spark.attention.home", "spark.attention.metrics.seconds")
        .isSubsetOf(declared);
  }

  @Test
  void aConfFileIsReadAsSparkReadsIts(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("work.conf"),
            "# a comment\nspark.attention.work.word  b \nspark.attention.work.place=naïve\n");
    assertThat(ConfFile.read(file))
        .containsOnly(
            Map.entry("spark.attention.work.word", "b"),
            Map.entry("spark.attention.work.place", "naïve"));
    Files.writeString(file, "word b");
    assertThatThrownBy(() -> ConfFile.read(file))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("sets word: keys begin with spark.");
    assertThatThrownBy(() -> ConfFile.read(folder.resolve("none")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("cannot be read");
  }
}
