package io.sparkattention.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
}
