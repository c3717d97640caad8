package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.corpus.CorpusTables;
import io.sparkattention.jobs.evaluate.SummaryTable;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.jobs.report.DifferenceTable;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.statistics.StatisticsPlan;
import io.sparkattention.udfs.work.StatisticsTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The columns of every output against golden files. A file that must change is a change for every
 * reader of the output: add columns and raise the version, never rename or drop.
 */
class SchemaTest {

  static Stream<OutputSchema> schemas() {
    StatisticsPlan statistics = StatisticsPlan.of(List.of("entropy", "sink-rate"));
    return Stream.concat(
        Stream.of(
            SummarizeJob.SCHEMA,
            RerankJob.SCHEMA,
            EmbedJob.SCHEMA,
            EvaluateJob.SCHEMA,
            SummaryTable.SCHEMA,
            CorpusExport.SCHEMA,
            DifferenceTable.SCHEMA),
        Stream.concat(
            Stream.of(StatisticLevel.values())
                .map(level -> AttentionStatsJob.schema(StatisticsTable.of(level, statistics))),
            CorpusTables.ALL.stream()
                .map(each -> each.schema(StatisticsTable.of(StatisticLevel.HEAD, statistics)))));
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void columnsAreThoseOfTheGoldenFile(OutputSchema schema) throws IOException {
    String file = "/schemas/" + schema.name() + "-" + schema.version() + ".txt";
    try (InputStream golden = SchemaTest.class.getResourceAsStream(file)) {
      assertThat(golden).as("%s should hold:%n%s", file, schema.describe()).isNotNull();
      assertThat(schema.describe())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void everyColumnSaysWhatItIsAndOfWhichVersion(OutputSchema schema) {
    for (var field : schema.type().fields()) {
      assertThat(field.getComment().get()).isNotBlank();
      assertThat(field.metadata().getString(OutputSchema.METADATA))
          .isEqualTo(schema.name() + "/" + schema.version());
    }
  }

  @Test
  void keysAreColumns() {
    schemas()
        .forEach(
            s -> assertThat(s.type().fieldNames()).startsWith(s.keys().toArray(String[]::new)));
  }
}
