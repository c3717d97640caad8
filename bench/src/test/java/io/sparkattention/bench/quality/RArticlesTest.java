package io.sparkattention.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RArticlesTest {

  private static final String SUMMARY = "We count \\pkg{sheep}. ".repeat(12);
  private static final String BODY = "Every sheep is counted once a night. ".repeat(200);

  @Test
  void takesTheAbstractFromACommand() {
    Article article =
        RArticles.article(
                "a",
                "\\title{On \\emph{Sheep}}\\Abstract{"
                    + SUMMARY
                    + "}\\begin{document}"
                    + BODY
                    + "\\end{document} after")
            .orElseThrow();
    assertThat(article.title()).isEqualTo("On Sheep");
    assertThat(article.summary()).startsWith("We count sheep. We count").doesNotContain("}");
    assertThat(article.body()).isEqualTo(BODY.strip());
  }

  @Test
  void takesTheAbstractOutOfTheBody() {
    Article article =
        RArticles.article(
                "a",
                "\\begin{document}\\begin{abstract}"
                    + SUMMARY
                    + "\\end{abstract}"
                    + BODY
                    + "\\end{document}")
            .orElseThrow();
    assertThat(article.summary()).startsWith("We count sheep.");
    assertThat(article.body()).isEqualTo(BODY.strip());
  }

  @Test
  void leavesOutWhatHasNoAbstractOrIsTooShort() {
    assertThat(RArticles.article("a", "\\begin{document}" + BODY + "\\end{document}")).isEmpty();
    assertThat(RArticles.article("a", "\\Abstract{Short.}\\begin{document}" + BODY)).isEmpty();
    assertThat(RArticles.article("a", "\\Abstract{" + SUMMARY + "}\\begin{document}Short."))
        .isEmpty();
  }

  @Test
  void readsToTheLastEndOfTheDocument() {
    String code = "<<setup>>=\nexit() # appends \\end{document}\n@\n";
    Article article =
        RArticles.article(
                "a",
                "\\Abstract{"
                    + SUMMARY
                    + "}\n\\begin{document}\n"
                    + code
                    + BODY
                    + "\\end{document} after")
            .orElseThrow();
    assertThat(article.body()).isEqualTo(BODY.strip());
  }

  @Test
  void keepsTheFirstWordOfAnAbstractWithoutIndent() {
    Article article =
        RArticles.article("a", "\\Abstract{\\noindent%\n" + SUMMARY + "}\\begin{document}" + BODY)
            .orElseThrow();
    assertThat(article.summary()).startsWith("We count sheep. We count");
  }

  @Test
  void knowsAbstractsThatLoseWordsOfTheArticlesOwnCommands() {
    String own = "\\newcommand{\\sheep}{\\pkg{sheep}}\\def\\R{R}\\newcommand{\\thin}{\\,}";
    assertThat(RArticles.hasWholeSummary(own + "\\Abstract{We count \\pkg{sheep}.} In \\R."))
        .isTrue();
    assertThat(RArticles.hasWholeSummary(own + "\\Abstract{We count \\sheep.}")).isFalse();
    assertThat(RArticles.hasWholeSummary(own + "\\Abstract{Counted in \\R{}.}")).isFalse();
    assertThat(RArticles.hasWholeSummary(own + "\\Abstract{We\\thin count \\sheepish.}")).isTrue();
    assertThat(RArticles.hasWholeSummary("\\newcommand{\\of}[1]{of #1}\\Abstract{Lots \\of{it}.}"))
        .isTrue();
  }

  @Test
  void readsWholeArticlesOfADirectoryOnly(@TempDir Path directory) throws IOException {
    Path documents = Files.createDirectories(directory.resolve("flock/doc"));
    String whole = "\\Abstract{" + SUMMARY + "}\\begin{document}" + BODY;
    Files.writeString(documents.resolve("whole.Rnw"), whole);
    Files.writeString(
        documents.resolve("lost.Rnw"),
        "\\newcommand{\\wool}{wool}" + whole.replaceFirst("sheep", "\\\\wool"));
    assertThat(RArticles.read(directory)).extracting(Article::id).hasSize(2);
    assertThat(RArticles.readWhole(directory))
        .extracting(Article::id)
        .containsExactly("flock/whole");
  }
}
