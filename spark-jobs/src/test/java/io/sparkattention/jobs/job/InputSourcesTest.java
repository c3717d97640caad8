package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import io.sparkattention.udfs.LocalSpark;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources of many shapes give their documents, or are refused with what to do. */
class InputSourcesTest extends LeadRuns {

  private Path parquet(String... columns) {
    Path file = folder.resolve("input.parquet");
    LocalSpark.session().range(1).selectExpr(columns).write().parquet(file.toString());
    return file;
  }

  private void done(Run run) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
  }

  private List<String> ids() {
    return Run.table(output()).select("id").orderBy("id").collectAsList().stream()
        .map((Row row) -> row.getString(0))
        .toList();
  }

  @Test
  void columnsThatAreNotReadMayBeOfAnyTypeAndName() {
    done(summarize(parquet("'a' as id", "'" + GOOD + "' as text", "map(1, 2) as m", "3 as `x.y`")));
    assertThat(ids()).containsExactly("a");
  }

  @Test
  void rowsWithoutIdsAreNamedWhateverTheirColumns() {
    String[] columns = {"'" + GOOD + "' as `my.text`", "map('k', named_struct('`', 2)) as m"};
    Path input = parquet(columns);
    LocalSpark.session().range(2).selectExpr(columns).write().mode("append").parquet("" + input);
    done(summarize(input, "--text-column", "my.text"));
    assertThat(ids()).hasSize(3).doesNotHaveDuplicates().allMatch(id -> id.contains(".parquet#"));
  }

  @Test
  void equalLinesWithoutIdsAreDocumentsOfTheirOwn() {
    Path input =
        new Lines()
            .add("text", GOOD)
            .add("text", GOOD)
            .add("text", GOOD)
            .to(folder.resolve("documents.jsonl"));
    done(summarize(input));
    List<String> ids = ids();
    assertThat(ids).hasSize(3);
    assertThat(ids.get(1)).isEqualTo(ids.get(0) + "#2");
    assertThat(ids.get(2)).isEqualTo(ids.get(0) + "#3");
  }

  @Test
  void equalRowsThatAreBrokenAreErrorsOfTheirOwn() {
    Path lines =
        new Lines()
            .raw("{\"id\": \"a\",", StandardCharsets.UTF_8)
            .add("id", "good", "text", GOOD)
            .raw("{\"id\": \"a\",", StandardCharsets.UTF_8)
            .to(folder.resolve("documents.jsonl"));
    Path rows =
        new Lines()
            .raw("id,text", StandardCharsets.UTF_8)
            .raw("a,\"open", StandardCharsets.UTF_8)
            .raw("good," + GOOD, StandardCharsets.UTF_8)
            .raw("a,\"open", StandardCharsets.UTF_8)
            .to(folder.resolve("documents.csv"));
    for (Path input : List.of(lines, rows)) {
      done(summarize(input, "--max-error-rate", 1, "--overwrite"));
      Map<String, String> errors = column("error");
      assertThat(errors).hasSize(3).containsEntry("good", null);
      assertThat(errors.values()).filteredOn(error -> error != null).hasSize(2);
    }
  }

  @Test
  void compressedTextIsDecompressed() throws IOException {
    Path documents = Files.createDirectory(folder.resolve("texts"));
    Path compressed = documents.resolve("a.txt.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
      out.write(GOOD.getBytes(StandardCharsets.UTF_8));
    }
    Files.writeString(documents.resolve("b.txt"), GOOD);
    Files.writeString(documents.resolve("c.txt.gz"), "this is no gzip");
    done(summarize(documents, "--max-error-rate", 1));
    assertThat(column("summary"))
        .hasSize(3)
        .allSatisfy(
            (id, summary) ->
                assertThat(summary)
                    .isEqualTo(id.endsWith("c.txt.gz") ? null : "A good sentence stands here."));
    assertThat(column("error").values())
        .filteredOn(error -> error != null)
        .singleElement()
        .asString()
        .startsWith("the file cannot be decompressed: ");
  }

  @Test
  void columnsOfDirectoriesAreRead() throws IOException {
    for (String extension : List.of("jsonl", "csv")) {
      Path documents = folder.resolve("by-language-" + extension);
      for (String language : List.of("de", "en")) {
        Path directory = Files.createDirectories(documents.resolve("lang=" + language));
        String line =
            extension.equals("csv")
                ? "id,text\n%s,Good.\n".formatted(language)
                : Lines.json("id", language, "text", "Good.");
        Files.writeString(directory.resolve("part." + extension), line);
      }
      done(summarize(documents, "--id-column", "lang", "--overwrite"));
      assertThat(column("summary"))
          .as(extension)
          .containsOnly(Map.entry("de", "Good."), Map.entry("en", "Good."));
    }
  }

  @Test
  void filesWithoutAnObjectAreRefused() throws IOException {
    Path input = folder.resolve("documents.json");
    String refusal =
        "input " + input + ": no line is a JSON object with fields; write each object on one line";
    Files.writeString(input, "");
    assertRefused(summarize(input), refusal);
    Files.writeString(input, "{\n  \"id\": \"a\",\n  \"text\": \"Good.\"\n}\n");
    assertRefused(summarize(input), refusal);
  }

  @Test
  void unknownFormatsAreToldWithThoseThatExist() {
    Path input = Lines.documents(1).to(folder.resolve("documents.jsonl"));
    assertRefused(
        summarize(input, "--format", "jsonl"),
        "--format jsonl: Spark finds no such data source (did you mean 'json'?): use one of csv,"
            + " json, orc, parquet, text, trec, or put the library of another on Spark's class"
            + " path");
  }

  @Test
  void filesOfSeveralFormatsAreRefused() throws IOException {
    Path documents = Files.createDirectories(folder.resolve("mixed/_hidden")).getParent();
    Lines.documents(1).to(documents.resolve("a.jsonl"));
    Files.writeString(documents.resolve("_hidden/b.csv"), "id,text\n");
    Files.writeString(documents.resolve("_SUCCESS"), "");
    done(summarize(documents));
    Files.writeString(documents.resolve("b.csv.gz"), "");
    Files.writeString(documents.resolve("c.ndjson"), "");
    assertRefused(
        summarize(documents, "--overwrite"),
        "input "
            + documents
            + " has files of several formats, that end in csv, jsonl, ndjson: name those of one by"
            + " a glob, or the format of all by --format");
    done(summarize(Path.of(documents + "/*json*"), "--overwrite"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "1L",
        "1.5",
        "cast(1 as double)",
        "true",
        "current_date()",
        "array('a')",
        "map('a', 'b')",
        "named_struct('a', 'b')"
      })
  void textsOfOtherTypesAreRefused(String text) {
    Path input = parquet("'a' as id", text + " as text");
    String type =
        LocalSpark.session()
            .read()
            .parquet(input.toString())
            .schema()
            .apply("text")
            .dataType()
            .simpleString();
    assertRefused(
        summarize(input),
        "column 'text' of "
            + input
            + " is of type "
            + type
            + ": --text-column takes a column of text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"array('a')", "map('a', 'b')", "named_struct('a', 'b')"})
  void idsOfSeveralValuesAreRefused(String id) {
    Path input = parquet(id + " as id", "'" + GOOD + "' as text");
    String type =
        LocalSpark.session()
            .read()
            .parquet(input.toString())
            .schema()
            .apply("id")
            .dataType()
            .simpleString();
    assertRefused(
        summarize(input),
        "column 'id' of "
            + input
            + " is of type "
            + type
            + ": --id-column takes a column of text, numbers or times");
  }

  @Test
  void idsThatAreNotUtf8AreRefused() {
    Path input = parquet("unhex('6EEF76') as id", "'" + GOOD + "' as text");
    assertRefused(
        summarize(input),
        "1 documents of "
            + input
            + " have no id (null, or not UTF-8): give each its own, or drop them");
  }

  @Test
  void onlyTheKeyThatIsMissingIsTold() {
    Path input =
        new Lines()
            .add("id", "a", "set", "s", "text", GOOD)
            .add("id", "b", "text", GOOD)
            .to(folder.resolve("documents.jsonl"));
    assertRefused(
        summarize(input, "--group-column", "set"),
        "1 documents of "
            + input
            + " have no group (null, or not UTF-8): give each its own, or drop them");
  }
}
