package io.sparkattention.bench.quality;

import io.sparkattention.text.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
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

  /** To the last end: code may name one too. */
  private static final Pattern BODY =
      Pattern.compile("(?s)\\\\begin\\{document\\}(.*\\\\end\\{document\\}|.*)");

  /** Commands of an article's own without arguments, which stand for what follows. */
  private static final Pattern OWN =
      Pattern.compile(
          "\\\\(?:newcommand|renewcommand|providecommand|def)\\*?\\s*"
              + "\\{?\\\\([a-zA-Z]+)\\}?\\s*(?=\\{)");

  private static final Pattern NAME = Pattern.compile("\\\\([a-zA-Z]+)");

  private RArticles() {}

  /**
   * Reads all articles below a directory that have an abstract and are long enough.
   *
   * @throws UncheckedIOException if a file cannot be read
   */
  static List<Article> read(Path directory) {
    return read(directory, source -> true);
  }

  /**
   * Those of them whose abstract is whole ({@link #hasWholeSummary}).
   *
   * @throws UncheckedIOException if a file cannot be read
   */
  static List<Article> readWhole(Path directory) {
    return read(directory, RArticles::hasWholeSummary);
  }

  private static List<Article> read(Path directory, Predicate<String> admitted) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".Rnw"))
          .sorted()
          .flatMap(
              file ->
                  Optional.of(source(file))
                      .filter(admitted)
                      .flatMap(source -> article(id(file), source))
                      .stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The article of a source; empty without an abstract or where one of both is too short. */
  static Optional<Article> article(String id, String source) {
    Matcher body = BODY.matcher(source);
    String summary = Latex.text(summary(source));
    if (Words.count(summary) < SHORTEST_SUMMARY || !body.find()) {
      return Optional.empty();
    }
    String text = Latex.text(ENVIRONMENT.matcher(body.group(1)).replaceAll(""));
    String title = Latex.text(argument(TITLE, source).orElse("")).replaceAll("\\s+", " ");
    return Words.count(text) < SHORTEST_BODY
        ? Optional.empty()
        : Optional.of(new Article(id, title, summary, text));
  }

  /**
   * Whether the abstract uses no command that the article defines to stand for words, such as
   * {@code \pkgname}: {@link Latex} leaves such words out, and a reference without them is none.
   */
  static boolean hasWholeSummary(String source) {
    Set<String> own = new HashSet<>();
    Matcher defined = OWN.matcher(source);
    while (defined.find()) {
      String words = source.substring(defined.end(), Latex.closing(source, defined.end()) + 1);
      if (!Latex.text(words).isEmpty()) {
        own.add(defined.group(1));
      }
    }
    return NAME.matcher(summary(source)).results().noneMatch(used -> own.contains(used.group(1)));
  }

  private static String summary(String source) {
    return argument(COMMAND, source)
        .orElseGet(() -> environment(source))
        .replaceFirst("^\\s*\\\\noindent%", ""); // it would take the first word with it
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
