package io.sparkattention.bench.quality;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jsoup.nodes.Element;

/** Questions about Python: each asks for the section that answers it. */
final class PythonFaq {

  private PythonFaq() {}

  /**
   * Reads a directory of pages.
   *
   * @throws UncheckedIOException if a page cannot be read
   */
  static JudgedCollection read(Path directory) {
    Questions questions = new Questions();
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> pages = files.filter(file -> file.toString().endsWith(".html")).sorted().toList();
      for (Path page : pages) {
        addQuestions(page, questions);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " cannot be read: " + e.getMessage(), e);
    }
    return questions.collection("python-faq");
  }

  /** A question is the heading of a section that ends in a question mark. */
  private static void addQuestions(Path page, Questions questions) {
    for (Element heading : HtmlText.page(page).select("section > h2, section > h3")) {
      heading.select("a.headerlink").remove();
      String question = heading.text().strip();
      Element section = heading.parent();
      if (question.endsWith("?") && section.select("section").size() == 1) {
        heading.remove();
        String file = page.getFileName().toString().replace(".html", "");
        questions.add(file + "/" + section.id(), question, HtmlText.of(section));
      }
    }
  }
}
