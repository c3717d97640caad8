package io.sparkattention.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param file where it lies
 * @param text its Markdown
 */
record Page(Path file, String text) {

  /** The project's directory. */
  static final Path HOME = Path.of(System.getProperty("spark.attention.home", "..")).normalize();

  private static final Pattern TABLE =
      Pattern.compile("(<!-- table: ([^\n]*?) -->\n).*?(<!-- end -->)", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\[[^]]*]\\(([^)\\s]+)\\)");
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w*)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  /** A fenced block. */
  record Block(String language, String text) {}

  /** The READMEs and everything in docs. */
  static List<Page> all() throws IOException {
    try (Stream<Path> files = Files.walk(HOME.resolve("docs"))) {
      return Stream.concat(
              Stream.of("README.md", "CHANGELOG.md", "notebooks/README.md").map(HOME::resolve),
              files.filter(file -> file.toString().endsWith(".md")).sorted())
          .map(Page::read)
          .toList();
    }
  }

  private static Page read(Path file) {
    try {
      return new Page(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The page with its tables as they should be. */
  String withTables(Map<String, String> tables) {
    return TABLE
        .matcher(text)
        .replaceAll(
            found -> {
              String table = tables.get(found.group(2));
              if (table == null) {
                throw new IllegalArgumentException(
                    file + ": no table '" + found.group(2) + "': use one of " + tables.keySet());
              }
              return Matcher.quoteReplacement(
                  found.group(1) + "\n" + table + "\n" + found.group(3));
            });
  }

  /** The files of the project that this page links to. */
  List<String> links() {
    return LINK.matcher(BLOCK.matcher(text).replaceAll(""))
        .results()
        .map(found -> found.group(1))
        .filter(link -> !link.contains("://"))
        .toList();
  }

  /** The fenced blocks, in their order. */
  List<Block> blocks() {
    return BLOCK.matcher(text).results().map(b -> new Block(b.group(1), b.group(2))).toList();
  }

  /** The anchors of the headings. */
  List<String> anchors() {
    return BLOCK
        .matcher(text)
        .replaceAll("")
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(title -> title.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .toList();
  }

  /** Lines of prose: neither tables nor code, nor items, which tables of the code may make long. */
  List<String> prose() {
    List<String> prose = new ArrayList<>();
    BLOCK
        .matcher(text)
        .replaceAll("")
        .lines()
        .filter(line -> !line.startsWith("|") && !line.startsWith("- "))
        .forEach(prose::add);
    return prose;
  }

  @Override
  public String toString() {
    return HOME.relativize(file).toString();
  }
}
