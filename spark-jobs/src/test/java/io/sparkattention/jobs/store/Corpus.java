package io.sparkattention.jobs.store;

import io.sparkattention.jobs.Lines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the jobs read: small tables, and models of two layers with random weights. */
final class Corpus {

  private static final Path GOLDEN =
      Path.of(System.getProperty("spark.attention.home"), "core/src/test/resources/golden");
  private static final int DOCUMENTS = 6;

  private Corpus() {}

  /** Writes tables and models to a directory, which is returned. */
  static Path write(Path directory) throws IOException {
    Lines documents = new Lines();
    Lines references = new Lines();
    Lines passages = new Lines();
    Lines queries = new Lines();
    queries.add("query_id", "q0", "query", "cats").add("query_id", "q1", "query", "wood");
    for (int i = 0; i < DOCUMENTS; i++) {
      String text = "Cats sleep in warm places. Boat " + i + " is built of wood. Rivers run long.";
      documents.add("id", "d" + i, "text", text);
      references.add("id", "d" + i, "reference", "Boats of wood and cats.");
      passages.add("passage_id", "d" + i, "text", text);
    }
    documents.to(directory.resolve("documents.jsonl"));
    passages.to(directory.resolve("passages.jsonl"));
    queries.to(directory.resolve("queries.jsonl"));
    references.to(directory.resolve("references.jsonl"));
    copy("bert-sentence-transformer", directory.resolve("models/encoder"));
    copy("bert-cross-encoder-sigmoid", directory.resolve("models/pairs"));
    return directory;
  }

  private static void copy(String golden, Path directory) throws IOException {
    try (var files = Files.walk(GOLDEN.resolve(golden))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = directory.resolve(GOLDEN.resolve(golden).relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }
}
