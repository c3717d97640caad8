package io.sparkattention.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        Set.of(
            "spark.attention.work.wrod",
            "spark.attention.inference.threads",
            "spark.attention.work.count",
            "spark.executor.memory"),
        problems);
    assertThatThrownBy(problems::throwIfAny)
        .hasMessage(
            "unknown key spark.attention.work.wrod: did you mean spark.attention.work.word?");
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
