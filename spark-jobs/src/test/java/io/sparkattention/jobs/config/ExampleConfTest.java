package io.sparkattention.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.job.Job;
import io.sparkattention.jobs.job.Jobs;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.SettingsSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The configurations that stand in conf/examples are read, and name nothing that is not there. */
class ExampleConfTest {

  private static final Path EXAMPLES =
      Path.of(System.getProperty("spark.attention.home"), "conf", "examples").normalize();

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files.sorted().toList();
    }
  }

  @Test
  void thereIsOneForEachKindOfCluster() throws IOException {
    assertThat(examples())
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "databricks.conf",
            "kubernetes-gpu.conf",
            "local.conf",
            "rapids.conf",
            "standalone.conf",
            "yarn.conf");
  }

  @ParameterizedTest
  @MethodSource("examples")
  void itsKeysExistAndTheirValuesAreAllowed(Path example) {
    Map<String, String> values = ConfFile.read(example);
    Problems problems = new Problems();
    Jobs.keys().check(values, problems);
    for (Job job : Jobs.ALL) {
      List<JobOption<?>> set =
          Jobs.options(job).stream()
              .filter(option -> values.containsKey(option.key(job.name())))
              .toList();
      SettingsSource source = SettingsSource.configuration(values);
      JobSettings.resolve(job.name(), set, List.of(source), problems);
    }
    problems.throwIfAny();
    assertThat(values).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void classesOfOursExist(Path example) throws ClassNotFoundException {
    for (String value : ConfFile.read(example).values()) {
      for (String name : value.split(",")) {
        if (name.startsWith("io.sparkattention.")) {
          assertThat(Class.forName(name)).isPublic();
        }
      }
    }
  }
}
