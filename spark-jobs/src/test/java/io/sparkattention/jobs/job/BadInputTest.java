package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import io.sparkattention.udfs.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Bad input is told before any work where it can be, and costs one row where it cannot. */
class BadInputTest extends LeadRuns {

  @Test
  void badTextBecomesAnErrorRowAndNothingElseIsLost() {
    Path input =
        new Lines()
            .add("id", "good", "text", GOOD)
            .add("id", "null", "text", null)
            .add("id", "empty", "text", "")
            .add("id", "blank", "text", " \t\n ")
            .add("id", "one-character", "text", "a".repeat(1 << 20))
            .add("id", "emoji", "text", "👩‍👩‍👧‍👦 came. 🎉🎉🎉 was had.")
            .add("id", "hebrew", "text", "שלום עולם. זה משפט שני.")
            .raw(Lines.json("id", "latin-1", "text", "naïve"), StandardCharsets.ISO_8859_1)
            .raw("{\"id\": \"broken\", \"text\":", StandardCharsets.UTF_8)
            .to(folder.resolve("documents.jsonl"));
    Run run = summarize(input, "--max-error-rate", "1");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    Map<String, String> errors = column("error");
    assertThat(errors).hasSize(9);
    assertThat(errors.get("null")).isEqualTo("the text is null");
    assertThat(errors.get("empty")).isEqualTo("the text is empty");
    assertThat(errors.get("blank")).isEqualTo("the text is empty");
    assertThat(errors.get("latin-1")).matches("not UTF-8: byte 0xEF at offset \\d+");
    assertThat(errors)
        .anySatisfy(
            (id, error) -> {
              assertThat(id).contains("documents.jsonl#");
              assertThat(error).isEqualTo("the line is not JSON");
            });
    Map<String, String> summaries = column("summary");
    assertThat(summaries.get("good")).isEqualTo("A good sentence stands here.");
    assertThat(summaries.get("one-character")).matches("a+");
    assertThat(summaries.get("emoji")).startsWith("👩‍👩‍👧‍👦");
    assertThat(summaries.get("hebrew")).isEqualTo("שלום עולם.");
    assertThat(summaries.values().stream().filter(text -> text == null)).hasSize(5);
  }

  @Test
  void moreErrorsThanAllowedAreTold() {
    Path input =
        Lines.documents(9).add("id", "bad", "text", "").to(folder.resolve("documents.jsonl"));
    Run run = summarize(input, "--max-error-rate", "0.05");
    assertThat(run.exitCode()).isEqualTo(ExitCode.TOO_MANY_ERRORS);
    assertThat(run.err()).contains("1 of 10 rows failed, more than --max-error-rate");
    assertThat(Run.table(output()).count()).isEqualTo(10);
  }

  @Test
  void filesThatAreNotUtf8BecomeErrorRows() throws IOException {
    Path documents = Files.createDirectory(folder.resolve("texts"));
    Files.writeString(documents.resolve("good.txt"), GOOD);
    Files.writeString(documents.resolve("old.txt"), "déjà vu", StandardCharsets.ISO_8859_1);
    Run run = summarize(documents, "--max-error-rate", "1");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(column("error"))
        .hasSize(2)
        .containsValue("not UTF-8: byte 0xE9 at offset 1")
        .allSatisfy((id, error) -> assertThat(id).startsWith("file:").endsWith(".txt"));
    assertThat(column("summary")).containsValue("A good sentence stands here.");
  }

  @Test
  void badRowsOfCsvBecomeErrorRowsAndNothingElseIsLost() {
    Path input =
        new Lines()
            .raw("id,text,year", StandardCharsets.UTF_8)
            .raw("good," + GOOD + ",1953", StandardCharsets.UTF_8)
            .raw("latin-1,na\u00EFve,1954", StandardCharsets.ISO_8859_1)
            .raw("few,only two", StandardCharsets.UTF_8)
            .raw("many,one,two,three", StandardCharsets.UTF_8)
            .raw(
                "lines,\"It stands\non two lines, as \"\"quoted\"\".\",1955",
                StandardCharsets.UTF_8)
            .raw("", StandardCharsets.UTF_8)
            .raw("accent,déjà vu.,1956", StandardCharsets.UTF_8)
            .raw("nothing,,1957", StandardCharsets.UTF_8)
            .raw("open,\"it never ends,1958", StandardCharsets.UTF_8)
            .raw("last," + GOOD + ",1959", StandardCharsets.UTF_8)
            .to(folder.resolve("documents.csv"));
    Run run = summarize(input, "--max-error-rate", "1");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    Map<String, String> errors = column("error");
    assertThat(errors).hasSize(9);
    assertThat(errors.get("latin-1")).isEqualTo("not UTF-8: byte 0xEF at offset 10");
    assertThat(errors.get("few")).isEqualTo("the row has not the 3 fields of the header");
    assertThat(errors.get("many")).isEqualTo("the row has not the 3 fields of the header");
    assertThat(errors.get("open")).isEqualTo("line 11: a quote is opened and never closed");
    assertThat(errors.get("nothing")).isEqualTo("the text is null");
    Map<String, String> summaries = column("summary");
    assertThat(summaries.get("good")).isEqualTo("A good sentence stands here.");
    assertThat(summaries.get("last")).isEqualTo("A good sentence stands here.");
    assertThat(summaries.get("lines")).contains("two lines, as \"quoted\".");
    assertThat(summaries.get("accent")).isEqualTo("déjà vu.");
    assertThat(summaries.values().stream().filter(text -> text == null)).hasSize(5);
  }

  @Test
  void filesOfCsvShareTheirHeader() throws IOException {
    Path documents = Files.createDirectory(folder.resolve("tables"));
    Files.writeString(documents.resolve("1.csv"), "\uFEFFid,text\na," + GOOD + "\n");
    Files.writeString(documents.resolve("2.csv"), "text,id\n" + GOOD + ",b\n");
    Files.writeString(documents.resolve("3.csv"), "");
    Run run = summarize(documents, "--max-error-rate", "1");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(column("error"))
        .hasSize(2)
        .containsEntry("a", null)
        .containsValue("the header of its file is not that of the first file");
  }

  @Test
  void aMissingColumnIsToldWithThoseThatExist() {
    Path input = new Lines().add("name", "a", "body", GOOD).to(folder.resolve("documents.jsonl"));
    Run run = summarize(input, "--id-column", "key");
    assertRefused(
        run,
        "column 'key' is missing in "
            + input
            + ": it has body, name; name another with --id-column",
        "column 'text' is missing in "
            + input
            + ": it has body, name; name another with --text-column");
  }

  @Test
  void aColumnOfNumbersIsNoText() {
    Path input = new Lines().add("id", "a", "text", 7).to(folder.resolve("documents.jsonl"));
    assertRefused(
        summarize(input),
        "column 'text' of " + input + " is of type bigint: --text-column takes a column of text");
  }

  @Test
  void anUnreadableInputIsTold() throws IOException {
    Path missing = folder.resolve("none.jsonl");
    assertRefused(
        summarize(missing), "input " + missing + ": there is no such file, glob or table");
    Path broken = Files.writeString(folder.resolve("broken.parquet"), "this is no Parquet at all");
    assertThat(summarize(broken).problems())
        .singleElement()
        .asString()
        .startsWith("input " + broken + " cannot be read: ");
    Path mixed = Files.createDirectory(folder.resolve("mixed"));
    LocalSpark.session()
        .read()
        .json(Lines.documents(2).to(folder.resolve("good.jsonl")).toString())
        .coalesce(1)
        .write()
        .parquet(folder.resolve("good").toString());
    try (Stream<Path> files = Files.list(folder.resolve("good"))) {
      Path good = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.copy(good, mixed.resolve("a.parquet"));
    }
    Files.copy(broken, mixed.resolve("b.parquet"));
    assertThat(summarize(mixed).problems())
        .singleElement()
        .asString()
        .startsWith("input " + mixed + " cannot be read: ")
        .contains("b.parquet");
    Path unknown = Files.writeString(folder.resolve("documents.xyz"), GOOD);
    assertThat(summarize(unknown).problems())
        .singleElement()
        .asString()
        .contains("--format, one of csv, json, orc, parquet, text");
  }

  @Test
  void idsThatRepeatOrAreMissingAreTold() {
    Path input =
        Lines.documents(3)
            .add("id", "d1", "text", GOOD)
            .add("id", "d2", "text", GOOD)
            .add("id", "d2", "text", GOOD)
            .add("id", null, "text", GOOD)
            .to(folder.resolve("documents.jsonl"));
    assertRefused(
        summarize(input),
        "1 documents of "
            + input
            + " have no id (null, or not UTF-8): give each its own, or drop them",
        "2 id of "
            + input
            + " occur more than once, such as 'd1' (2 times), 'd2' (3 times): each must name one"
            + " row");
  }

  @Test
  void unknownNamesAndOptionsAreToldWithThoseThatExist() {
    Path input = Lines.documents(1).to(folder.resolve("documents.jsonl"));
    Run run =
        Run.of(
            "summarize",
            "--input",
            input,
            "--output",
            output(),
            "--strategy",
            "magic",
            "--attention",
            "dense:window=4",
            "--dtype",
            "int3",
            "--device",
            "tpu");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.problems())
        .hasSize(4)
        .anyMatch(p -> p.startsWith("--strategy magic: unknown") && p.contains("lead, lexrank"))
        .anyMatch(
            p -> p.startsWith("--attention dense:window=4:") && p.contains("no option 'window'"))
        .anyMatch(p -> p.equals("--dtype int3: use one of bf16, fp16, fp32"))
        .anyMatch(p -> p.equals("--device tpu: use cpu, gpu, or gpu:0 for the first"));
    Run unknown = Run.of("summarize", "--imput", input, "--output", output());
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("'--imput'").contains("Did you mean --input?");
  }

  @Test
  void anOutputThatExistsIsRefused() throws IOException {
    Path input = Lines.documents(2).to(folder.resolve("documents.jsonl"));
    Files.createDirectories(output());
    Path precious = Files.writeString(output().resolve("precious.txt"), "keep me");
    assertThat(summarize(input).problems())
        .singleElement()
        .asString()
        .contains("exists: add --resume to go on with it, --overwrite to replace it");
    assertThat(summarize(input, "--overwrite").problems())
        .singleElement()
        .asString()
        .contains("is no output of a job: delete it yourself");
    assertThat(summarize(input, "--resume").problems())
        .singleElement()
        .asString()
        .contains("cannot be resumed: it has no _manifest.json");
    assertThat(precious).hasContent("keep me");
  }
}
