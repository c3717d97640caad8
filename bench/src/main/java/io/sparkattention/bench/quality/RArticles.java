package io.sparkattention.bench.quality;

import io.sparkattention.text.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Articles that come with packages of R, as LaTeX with chunks of R. */
final class RArticles {

  /** Shorter bodies are notes, and shorter abstracts say too little to compare with. */
  static final int SHORTEST_BODY = 1000; // words

  static final int SHORTEST_SUMMARY = 30; // words

  private static final Pattern TITLE = Pattern.compile("\\\\title\\s*(?=\\{)");
  private static final Pattern COMMAND = Pattern.compile("\\\\Abstract\\s*(?=\\{)");
  private static final Pattern ENVIRONMENT =
      Pattern.compile("(?s)\\\\begin\\{abstract\\}(.*?)\\\\end\\{abstract\\}");
  private static final Pattern BODY =
      Pattern.compile("(?s)\\\\begin\\{document\\}(.*?)(?:\\\\end\\{document\\}|\\z)");

  private RArticles() {}

  /**
   * Reads all articles below a directory that have an abstract and are long enough.
   *
   * @throws UncheckedIOException if a file cannot be read
   */
  static List<Article> read(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".Rnw"))
          .sorted()
          .flatMap(file -> article(id(file), source(file)).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The article of a source; empty without an abstract or where one of both is too short. */
  static Optional<Article> article(String id, String source) {
    Matcher body = BODY.matcher(source);
    String summary = Latex.text(argument(COMMAND, source).orElseGet(() -> environment(source)));
    if (Words.count(summary) < SHORTEST_SUMMARY || !body.find()) {
      return Optional.empty();
    }
    String text = Latex.text(ENVIRONMENT.matcher(body.group(1)).replaceAll(""));
    String title = Latex.text(argument(TITLE, source).orElse("")).replaceAll("\\s+", " ");
    return Words.count(text) < SHORTEST_BODY
        ? Optional.empty()
        : Optional.of(new Article(id, title, summary, text));
  }

  private static Optional<String> argument(Pattern command, String source) {
    Matcher found = command.matcher(source);
    return found.find()
        ? Optional.of(source.substring(found.end() + 1, Latex.closing(source, found.end())))
        : Optional.empty();
  }

  private static String environment(String source) {
    Matcher found = ENVIRONMENT.matcher(source);
    return found.find() ? found.group(1) : "";
  }

  /** The package and the file, as in {@code zoo/zoo-faq}. */
  private static String id(Path file) {
    String name = file.getFileName().toString().replace(".Rnw", "");
    return file.getParent().getParent().getFileName() + "/" + name;
  }

  private static String source(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      } catch (CharacterCodingException e) {
        return new String(bytes, StandardCharsets.ISO_8859_1); // as older articles are
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
