package io.sparkattention.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.package$;
import org.junit.jupiter.api.Test;
import scala.util.Properties;

/** What is said of versions of Spark is what the build does. */
class SparkVersionsTest {

  private static final List<SparkVersions.Build> BUILDS = SparkVersions.all();

  @Test
  void thisBuildIsOneOfThem() {
    assertThat(BUILDS)
        .filteredOn(
            build ->
                build.property("spark.version").equals(package$.MODULE$.SPARK_VERSION())
                    && build.property("scala.version").equals(Properties.versionNumberString()))
        .hasSize(1);
  }

  @Test
  void profilesAreNamedAfterTheMinorVersion() {
    assertThat(BUILDS.subList(1, BUILDS.size()))
        .isNotEmpty()
        .allSatisfy(
            build -> {
              assertThat(build.profile())
                  .isEqualTo("spark-" + build.property("spark.binary.version"));
              assertThat(build.property("spark.version"))
                  .startsWith(build.property("spark.binary.version") + ".");
            });
  }

  @Test
  void everySparkHasItsPlatforms() throws IOException {
    String page = read("docs/versions.md");
    assertThat(
            Pattern.compile("^\\| (\\d\\.\\d) \\|", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .map(row -> row.group(1)))
        .containsExactlyInAnyOrderElementsOf(
            BUILDS.stream().map(build -> build.property("spark.binary.version")).toList());
  }

  @Test
  void deltaOfTheDefaultIsTheOneThatIsDocumented() throws IOException {
    assertThat(read("docs/configuration.md")).contains("io.delta:" + BUILDS.get(0).delta() + "\n");
  }

  @Test
  void theLauncherTellsThemWhereItIsToldAnother() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(Page.HOME.resolve("bin/spark-attention").toString(), "list")
            .redirectErrorStream(true);
    builder.environment().put("SPARK_ATTENTION_SPARK", "2.4");
    Process launcher = builder.start();
    String said = new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(launcher.waitFor()).isEqualTo(2);
    assertThat(said)
        .contains("SPARK_ATTENTION_SPARK is 2.4")
        .contains(BUILDS.stream().map(build -> build.property("spark.binary.version")).toList());
  }

  private static String read(String page) throws IOException {
    return Files.readString(Page.HOME.resolve(page));
  }
}
