package io.sparkattention.bench.quality;

import io.sparkattention.bench.quality.JudgedCollection.Passage;
import io.sparkattention.bench.quality.JudgedCollection.Query;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;

/**
 * PostgreSQL's manual and the index that its authors made: an entry asks for the pages that it
 * points to. Such judgements are known-item: a page that answers as well counts as wrong where the
 * index does not name it.
 */
final class PostgresManual {

  private static final String INDEX = "bookindex.html";

  private PostgresManual() {}

  /**
   * Reads a directory of pages. The index, which names everything, is no passage.
   *
   * @throws UncheckedIOException if a page cannot be read
   */
  static JudgedCollection read(Path directory) {
    List<Passage> passages = pages(directory);
    Set<String> ids = new TreeSet<>();
    passages.forEach(passage -> ids.add(passage.id()));
    Map<String, Set<String>> targets = new TreeMap<>();
    for (Element list : HtmlText.page(directory.resolve(INDEX)).select("div.indexdiv > dl")) {
      addEntries("", list, targets);
    }
    List<Query> queries = new ArrayList<>();
    targets.forEach(
        (entry, pages) -> {
          pages.retainAll(ids);
          if (!pages.isEmpty()) {
            queries.add(new Query("entry-%04d".formatted(queries.size() + 1), entry, pages));
          }
        });
    return new JudgedCollection("postgresql-index", passages, queries);
  }

  private static List<Passage> pages(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".html") && !file.endsWith(INDEX))
          .sorted()
          .map(file -> new Passage(file.getFileName().toString(), text(HtmlText.page(file))))
          .filter(passage -> !passage.text().isEmpty())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static String text(Document page) {
    page.select("div.navheader, div.navfooter, div.toc").remove();
    return HtmlText.of(page.body());
  }

  /** Adds the entries of a list, where one below another reads "entry, entry below". */
  private static void addEntries(String above, Element list, Map<String, Set<String>> targets) {
    String entry = above;
    for (Element child : list.children()) {
      if (child.tagName().equals("dt")) {
        entry = above.isEmpty() ? name(child) : above + ", " + name(child);
        for (Element link : child.select("a.indexterm")) {
          String page = link.attr("href").replaceFirst("#.*", "");
          targets.computeIfAbsent(entry, e -> new TreeSet<>()).add(page);
        }
      } else {
        for (Element below : child.children()) {
          if (below.tagName().equals("dl")) {
            addEntries(entry, below, targets);
          }
        }
      }
    }
  }

  /** What stands before the links. */
  private static String name(Element term) {
    StringBuilder name = new StringBuilder();
    for (Node node : term.childNodes()) {
      if (node instanceof Element element && element.hasClass("indexterm")) {
        break;
      }
      name.append(node instanceof TextNode text ? text.text() : ((Element) node).text());
    }
    return name.toString().strip().replaceFirst(",$", "");
  }
}
