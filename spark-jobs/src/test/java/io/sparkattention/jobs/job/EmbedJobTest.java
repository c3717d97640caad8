package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import io.sparkattention.udfs.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbedJobTest {

  private static final String TINY = "classpath:golden/bert-sentence-transformer";

  @TempDir Path folder;

  private Run embed(Object input, Path output) {
    return Run.of("embed", "--input", input, "--output", output, "--model", TINY);
  }

  private static List<String> vectors(Path output) {
    return Run.table(output)
        .orderBy("id")
        .selectExpr("concat(id, ' ', cast(transform(vector, x -> round(x, 4)) as string))")
        .collectAsList()
        .stream()
        .map((Row row) -> row.getString(0))
        .toList();
  }

  @Test
  void formatsThatSparkReadsGiveTheSameVectors() {
    Path lines = Lines.documents(7).to(folder.resolve("documents.jsonl"));
    Path expected = folder.resolve("expected");
    assertThat(embed(lines, expected).exitCode()).isEqualTo(ExitCode.DONE);
    Dataset<Row> rows = LocalSpark.session().read().json(lines.toString());
    rows.write().parquet(folder.resolve("in.parquet").toString());
    rows.write().orc(folder.resolve("in.orc").toString());
    rows.write().option("header", true).csv(folder.resolve("in.csv").toString());
    rows.write().option("compression", "gzip").json(folder.resolve("in").toString());
    rows.createOrReplaceTempView("documents_to_embed");
    for (String name : List.of("in.parquet", "in.orc", "in.csv", "in", "in/part-*.json.gz")) {
      Path output = folder.resolve("out-" + name.replaceAll("\\W", "-"));
      Run run = embed(folder.resolve(name), output);
      assertThat(run.exitCode()).as(name + run.err()).isEqualTo(ExitCode.DONE);
      assertThat(vectors(output)).as(name).isEqualTo(vectors(expected));
    }
    Path output = folder.resolve("out-table");
    assertThat(embed("documents_to_embed", output).exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(vectors(output)).isEqualTo(vectors(expected));
  }

  @Test
  void vectorsAreOfUnitLength() {
    Path input = Lines.documents(2).to(folder.resolve("documents.jsonl"));
    Path output = folder.resolve("out");
    embed(input, output);
    String length = "aggregate(vector, 0d, (sum, x) -> sum + x * x)";
    assertThat(Run.table(output).filter(length + " between 0.999 and 1.001").count()).isEqualTo(2);
  }

  @Test
  void vectorsAreStoredWithoutLookingForRepeatedNumbers() throws IOException {
    Lines same = new Lines(); // so that a dictionary would be kept where one is tried
    IntStream.range(0, 100).forEach(i -> same.add("id", "d" + i, "text", "Always the same."));
    Path output = folder.resolve("out");
    embed(same.to(folder.resolve("documents.jsonl")), output);
    Map<String, Boolean> dictionaries = new HashMap<>();
    var file = new org.apache.hadoop.fs.Path(Run.table(output).inputFiles()[0]);
    InputFile input = HadoopInputFile.fromPath(file, new Configuration());
    try (ParquetFileReader reader = ParquetFileReader.open(input)) {
      for (ColumnChunkMetaData column : reader.getFooter().getBlocks().get(0).getColumns()) {
        dictionaries.put(column.getPath().toDotString(), column.hasDictionaryPage());
      }
    }
    assertThat(dictionaries).containsEntry("vector.list.element", false);
    assertThat(dictionaries).containsEntry("model", true);
  }

  @Test
  void rowsWithoutAnIdAreNamedByPathAndHash() throws IOException {
    Path input =
        new Lines().add("text", "One text.").add("text", "Two.").to(folder.resolve("a.jsonl"));
    Path output = folder.resolve("out");
    assertThat(embed(input, output).exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(Run.table(output).select("id").collectAsList())
        .hasSize(2)
        .doesNotHaveDuplicates()
        .allSatisfy(row -> assertThat(row.getString(0)).matches(".*/a\\.jsonl#[0-9A-F]+"));
    Files.writeString(input, "{\"text\": \"Same.\"}\n{\"text\": \"Same.\"}\n");
    Run twice = embed(input, folder.resolve("other"));
    assertThat(twice.exitCode()).as(twice.err()).isEqualTo(ExitCode.DONE);
    assertThat(Run.table(folder.resolve("other")).select("id").orderBy("id").collectAsList())
        .satisfiesExactly(
            row -> assertThat(row.getString(0)).matches(".*/a\\.jsonl#[0-9A-F]+"),
            row -> assertThat(row.getString(0)).matches(".*/a\\.jsonl#[0-9A-F]+#2"));
  }

  @Test
  void otherOutputFormatsHoldTheSame() {
    Path input = Lines.documents(3).to(folder.resolve("documents.jsonl"));
    Path output = folder.resolve("out");
    Run run =
        Run.of(
            "embed",
            "--input",
            input,
            "--output",
            output,
            "--model",
            TINY,
            "--output-format",
            "orc");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(LocalSpark.session().read().orc(output.toString()).count()).isEqualTo(3);
  }

  @Test
  void strangeTextIsReadAndCostsNothingElse() {
    Path input =
        Lines.documents(3)
            .add("id", "null", "text", null)
            .add("id", "one-character", "text", "a".repeat(1 << 20))
            .add("id", "emoji", "text", "🎉👩‍👩‍👧‍👦🧑🏽‍🚀".repeat(500))
            .add("id", "arabic", "text", "السلام عليكم ورحمة الله")
            .add("id", "controls", "text", "\u0000\u0007\u200f\u202e\ufeff mixed \ud83d half")
            .to(folder.resolve("documents.jsonl"));
    Path plain = folder.resolve("plain");
    embed(Lines.documents(3).to(folder.resolve("plain.jsonl")), plain);
    for (String model : List.of("bert-sentence-transformer", "roberta-sentence-transformer")) {
      Path output = folder.resolve(model);
      Run run =
          Run.of(
              "embed",
              "--input",
              input,
              "--output",
              output,
              "--model",
              "classpath:golden/" + model,
              "--max-error-rate",
              1);
      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
      assertThat(Run.table(output).filter("error is null").count()).isEqualTo(7);
      assertThat(Run.table(output).filter("error is not null").first().<String>getAs("error"))
          .isEqualTo("the text is null");
    }
    assertThat(vectors(folder.resolve("bert-sentence-transformer"))).containsAll(vectors(plain));
  }
}
