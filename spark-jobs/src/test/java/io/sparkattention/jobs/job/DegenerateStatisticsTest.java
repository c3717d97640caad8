package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import io.sparkattention.statistics.AttentionStatistic;
import io.sparkattention.statistics.AttentionStatistics;
import io.sparkattention.statistics.StatisticLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every statistic of documents of one token, of a model with a head that attends to all tokens
 * alike, and of weights that are NaN: numbers are finite or null, a document whose NaN a statistic
 * cannot take (a spectrum, a flow) says so in its error, and no document costs another.
 */
class DegenerateStatisticsTest {

  private static final int COLUMNS = 8; // of a head

  /** Within the positions of a tiny model. */
  private static final Map<String, String> SHORT =
      Map.of(
          "induction-score", "[induction-score:words=6,texts=2]",
          "retrieval-score", "[retrieval-score:words=12,needle=3,texts=3]");

  @TempDir static Path folder;
  private static Path model;
  private static Path documents;

  @BeforeAll
  static void write() throws IOException {
    model = GoldenModel.copy("bert-sentence-transformer", folder.resolve("model"));
    GoldenModel.spoil(model, "?");
    GoldenModel.fill(model, "layer.0.attention.self.query.weight", COLUMNS, COLUMNS, 0);
    GoldenModel.fill(model, "layer.0.attention.self.query.bias", COLUMNS, COLUMNS, 0);
    documents =
        new Lines()
            .add("id", "one", "text", "a")
            .add("id", "mark", "text", ".")
            .add("id", "nan", "text", "cats sleep. why? dogs run.")
            .add("id", "good", "text", "cats sleep. dogs run.")
            .to(folder.resolve("documents.jsonl"));
  }

  private static Dataset<Row> table(String name, Object... more) {
    Path output = folder.resolve(name);
    List<Object> arguments =
        new ArrayList<>(List.of("attention-stats", "--input", documents, "--output", output));
    arguments.addAll(List.of("--model", model, "--max-error-rate", 1));
    arguments.addAll(List.of(more));
    Run run = Run.of(arguments.toArray());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return Run.table(output);
  }

  @ParameterizedTest
  @EnumSource(
      value = StatisticLevel.class,
      names = {"DOCUMENT", "HEAD", "TOKEN", "PAIR"})
  void everyNumberIsFiniteOrMissing(StatisticLevel level) {
    String name = level.name().toLowerCase(Locale.ROOT);
    String statistics =
        AttentionStatistics.REGISTRY.entries().stream()
            .map(entry -> entry.name())
            .filter(each -> parsed(each).levels().contains(level))
            .filter(each -> !each.startsWith("align")) // of cross-attention
            .map(each -> SHORT.getOrDefault(each, each))
            .collect(Collectors.joining(","));
    Dataset<Row> rows =
        table(
            name,
            "--level",
            name,
            "--statistics",
            statistics,
            "--marked-until",
            "sleep",
            "--experimental");
    assertThat(rows.select("id").distinct().count()).isEqualTo(4);
    assertThat(rows.filter("error is not null").select("id", "error").collectAsList())
        .allSatisfy(row -> assertThat(row.mkString(" ")).startsWith("nan ").contains("NaN"));
    for (StructField field : rows.schema().fields()) {
      if (field.dataType() instanceof FloatType) {
        String column = "cast(`" + field.name() + "` as double)";
        assertThat(rows.filter("not (" + column + " between -1e30 and 1e30)").count())
            .as(field.name())
            .isZero(); // NaN is above all numbers
      }
    }
  }

  private static AttentionStatistic parsed(String name) {
    return AttentionStatistics.REGISTRY.parse(name);
  }

  @Test
  void headThatAttendsToAllAlikeHasTheNumbersOfAnEvenHead() {
    Dataset<Row> rows =
        table("even", "--statistics", "entropy,[entropy:unit=relative],sink-rate,head-confidence")
            .filter("layer = 0 and head = 1");
    Row one = rows.filter("id = 'one'").collectAsList().get(0); // between [CLS] and [SEP]
    assertThat(one.<Float>getAs("entropy_unit_nats")).isCloseTo((float) Math.log(3), within(1e-5f));
    assertThat(one.<Float>getAs("entropy_unit_relative")).isCloseTo(1, within(1e-5f));
    assertThat(one.<Float>getAs("sink_rate")).isCloseTo(1 / 3f, within(1e-5f));
    assertThat(one.<Float>getAs("head_confidence")).isCloseTo(1 / 3f, within(1e-5f));
    Row good = rows.filter("id = 'good'").collectAsList().get(0);
    assertThat(good.<Float>getAs("entropy_unit_relative")).isCloseTo(1, within(1e-5f));
    Row nan = rows.filter("id = 'nan'").collectAsList().get(0);
    assertThat(nan.<Float>getAs("entropy_unit_relative")).isNull();
  }
}
