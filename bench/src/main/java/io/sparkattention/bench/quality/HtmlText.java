package io.sparkattention.bench.quality;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;

/** Reads pages of HTML. */
final class HtmlText {

  private HtmlText() {}

  static Document page(Path file) {
    try {
      return Jsoup.parse(file.toFile(), "UTF-8");
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The text below an element: blocks and cells begin new lines, empty lines are left out. */
  static String of(Element element) {
    StringBuilder text = new StringBuilder();
    NodeTraversor.traverse(
        new NodeVisitor() {
          @Override
          public void head(Node node, int depth) {
            if (node instanceof TextNode words) {
              text.append(words.getWholeText());
            } else {
              lineBreak(node);
            }
          }

          @Override
          public void tail(Node node, int depth) {
            lineBreak(node);
          }

          private void lineBreak(Node node) {
            if (node instanceof Element e && (e.isBlock() || e.tagName().equals("br"))) {
              text.append('\n');
            }
          }
        },
        element);
    return text.toString()
        .replace('\u00a0', ' ')
        .replaceAll("[ \\t]+", " ")
        .replaceAll(" ?\\R[ \\n\\r]*", "\n")
        .strip();
  }
}
