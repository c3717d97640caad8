package io.sparkattention.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatexTest {

  @Test
  void keepsTheArgumentsOfCommandsThatMarkText() {
    assertThat(
            Latex.text("The \\pkg{zebra} package of \\proglang{R} is \\emph{very \\textbf{fast}}."))
        .isEqualTo("The zebra package of R is very fast.");
  }

  @Test
  void dropsCodeFormulasFloatsHeadingsCommentsAndCitations() {
    String latex =
        """
        \\section[Short]{A heading}\\label{sec:a}
        Cats sleep \\citep[see][p.~4]{cat:2001}. % nobody knows why
        <<chunk, echo=FALSE>>=
        x <- "code"
        @
        They dream \\footnote{Of \\emph{mice}.} too.
        \\begin{equation*} e = mc^2 \\end{equation*}
        \\[ a + b \\]
        \\begin{figure}[t] \\caption{A cat.} \\end{figure}

        \\subsection*{Another}
        Dogs bark at 100\\% of them.
        """;
    assertThat(Latex.text(latex))
        .isEqualTo("Cats sleep. They dream too.\n\nDogs bark at 100% of them.");
  }

  @Test
  void readsAccentsQuotesDashesAndTies() {
    assertThat(Latex.text("K\\\"onig na\\\"{\\i}ve caf\\'e ``said'' so---1--2~times"))
        .isEqualTo("König naïve café \"said\" so-1-2 times");
  }

  @Test
  void makesParagraphsOfItems() {
    assertThat(Latex.text("\\begin{itemize}\\item One.\\item[Two:] three.\\end{itemize}"))
        .isEqualTo("One.\n\nTwo: three.");
  }

  @Test
  void endsAtTheEndWhereABraceIsNotClosed() {
    assertThat(Latex.text("Text \\label{never closed")).isEqualTo("Text");
    assertThat(Latex.closing("{a{b}\\}c}d", 0)).isEqualTo(8);
  }
}
