package io.sparkattention.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.cli.SparkAttention;
import io.sparkattention.jobs.job.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  /** A job that lacks its input is refused for that alone. */
  @ParameterizedTest
  @MethodSource("examples")
  void jobsTakeIt(Path example) {
    for (String job : List.of("summarize", "embed", "attention-stats")) {
      StringWriter err = new StringWriter();
      ExitCode exitCode =
          SparkAttention.execute(
              new PrintWriter(new StringWriter()),
              new PrintWriter(err, true),
              job,
              "--conf-file",
              example.toString());
      assertThat(exitCode).as(err.toString()).isEqualTo(ExitCode.USAGE);
      assertThat(err.toString().lines())
          .as(err.toString())
          .allMatch(line -> line.contains("--input") || line.contains("--output"));
    }
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
