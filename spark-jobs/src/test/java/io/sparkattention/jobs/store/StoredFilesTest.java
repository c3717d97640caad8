package io.sparkattention.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import io.sparkattention.jobs.job.ExitCode;
import io.sparkattention.udfs.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What names rows and outputs on a store: paths, patterns, and what lies there already. */
class StoredFilesTest {

  @TempDir Path folder;

  private static List<String> ids(Store store, String output) {
    return LocalSpark.session()
        .read()
        .parquet(store.path(output))
        .filter("error is null")
        .select("id")
        .orderBy("id")
        .collectAsList()
        .stream()
        .map((Row row) -> row.getString(0))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void rowsAreNamedAfterTheirFiles(Store.Kind kind) throws IOException {
    Store store = kind.open();
    Path texts = Files.createDirectories(folder.resolve("texts"));
    for (String name : List.of("a.txt", "b.txt", "c.md")) {
      Files.writeString(texts.resolve(name), "A sentence stands in " + name + ". It ends.");
    }
    store.put(texts, "files/texts");
    new LeadJob(store, store.path("files/texts/*.txt"), "files/of-texts", 1).finish();
    assertThat(ids(store, "files/of-texts"))
        .containsExactly(store.path("files/texts/a.txt"), store.path("files/texts/b.txt"));

    Path unnamed =
        new Lines().add("text", "One. Two.").add("text", "Three.").to(folder.resolve("rows.jsonl"));
    String input = store.put(unnamed, "files/rows.jsonl");
    new LeadJob(store, input, "files/of-rows", 1).finish();
    assertThat(ids(store, "files/of-rows"))
        .hasSize(2)
        .allSatisfy(id -> assertThat(id).matches("\\Q" + input + "\\E#[0-9A-F]+"));
  }

  @ParameterizedTest
  @EnumSource
  void anOutputIsRefusedResumedAndReplaced(Store.Kind kind) throws IOException {
    Store store = kind.open();
    Path lines = folder.resolve("documents.jsonl");
    String input = store.put(Lines.documents(6).to(lines), "files/documents.jsonl");
    LeadJob job = new LeadJob(store, input, "files/kept", 1);
    job.finish();
    Run refused = job.run();
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.problems())
        .singleElement()
        .asString()
        .startsWith("output " + store.path("files/kept") + " exists: add --resume");

    store.put(Lines.documents(9).to(lines), "files/documents.jsonl");
    job.finish("--resume");
    assertThat(ids(store, "files/kept")).hasSize(9).doesNotHaveDuplicates();
    assertThat(job.record().at("/slices/earlier").asInt()).isPositive();

    store.put(Lines.documents(2).to(lines), "files/documents.jsonl");
    job.finish("--overwrite");
    assertThat(ids(store, "files/kept")).containsExactly("d0", "d1");
  }
}
