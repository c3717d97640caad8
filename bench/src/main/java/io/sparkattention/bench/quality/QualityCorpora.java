package io.sparkattention.bench.quality;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Turns unpacked packages into JSON lines, so that jobs and people can read them too.
 *
 * <p>{@code java io.sparkattention.bench.quality.QualityCorpora PACKAGES OUTPUT}
 */
public final class QualityCorpora {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String SITE_LIBRARY = "usr/lib/R/site-library";

  private QualityCorpora() {}

  /** Writes all of them and prints how large they are. */
  public static void main(String[] arguments) throws IOException {
    Path packages = Path.of(arguments[0]);
    Path output = Path.of(arguments[1]);
    for (JudgedCollection collection : collections(packages)) {
      Path directory = Files.createDirectories(output.resolve(collection.name()));
      write(directory.resolve("passages.jsonl"), collection.passages(), QualityCorpora::passage);
      write(directory.resolve("queries.jsonl"), collection.queries(), QualityCorpora::query);
      writeJudgements(directory.resolve("judgements.jsonl"), collection);
      long several = collection.queries().stream().filter(q -> q.relevant().size() > 1).count();
      System.out.printf(
          "%s: %d passages, %d queries, %d of them with several relevant passages%n",
          collection.name(), collection.passages().size(), collection.queries().size(), several);
    }
    List<Article> articles = articles(packages);
    write(
        output.resolve("articles.jsonl"),
        articles,
        a -> Map.of("id", a.id(), "title", a.title(), "reference", a.summary(), "text", a.body()));
    System.out.printf("r-articles: %d articles%n", articles.size());
  }

  /** All collections with judgements. */
  static List<JudgedCollection> collections(Path packages) throws IOException {
    return List.of(
        PerlFaq.read(directory(packages, "usr/share/perl/*/pod")),
        PythonFaq.read(directory(packages, "usr/share/doc/python3*/html/faq")),
        postgresManual(packages));
  }

  /** PostgreSQL's manual, which has the longest pages. */
  static JudgedCollection postgresManual(Path packages) throws IOException {
    return PostgresManual.read(directory(packages, "usr/share/doc/postgresql-doc-*/html"));
  }

  /** All articles with a summary. */
  static List<Article> articles(Path packages) throws IOException {
    return RArticles.read(directory(packages, SITE_LIBRARY));
  }

  /** Those of them whose summary lost no words of the article's own commands. */
  static List<Article> wholeArticles(Path packages) throws IOException {
    return RArticles.readWhole(directory(packages, SITE_LIBRARY));
  }

  /** The directory of that name, in which one part may be any. */
  private static Path directory(Path packages, String pattern) throws IOException {
    Path at = packages;
    for (String part : pattern.split("/")) {
      at = child(at, part, pattern);
    }
    return at;
  }

  private static Path child(Path parent, String part, String pattern) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(parent, part)) {
      for (Path child : children) {
        if (Files.isDirectory(child)) {
          return child;
        }
      }
    }
    throw new IOException(
        parent + " has no directory " + part + " of " + pattern + ": fetch the packages again");
  }

  private static Map<String, Object> passage(JudgedCollection.Passage passage) {
    return Map.of("passage_id", passage.id(), "text", passage.text());
  }

  private static Map<String, Object> query(JudgedCollection.Query query) {
    return Map.of("query_id", query.id(), "query", query.text());
  }

  private static void writeJudgements(Path file, JudgedCollection collection) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (JudgedCollection.Query query : collection.queries()) {
        for (String id : query.relevant()) {
          line(writer, Map.of("query_id", query.id(), "passage_id", id, "relevance", 1));
        }
      }
    }
  }

  private static <T> void write(Path file, List<T> items, Function<T, Map<String, ?>> row)
      throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (T item : items) {
        line(writer, row.apply(item));
      }
    }
  }

  private static void line(BufferedWriter writer, Map<String, ?> row) throws IOException {
    writer.write(JSON.writeValueAsString(new TreeMap<>(row)));
    writer.newLine();
  }
}
