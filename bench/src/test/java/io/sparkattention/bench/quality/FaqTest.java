package io.sparkattention.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaqTest {

  @TempDir private Path directory;

  @Test
  void readsQuestionsOfPerlAndTakesThemOutOfTheirAnswers() throws IOException {
    Files.writeString(
        directory.resolve("perlfaq2.pod"),
        """
        =head1 Animals

        Not an answer.

        =head2 Why do C<cats> sleep?

        You ask: why do cats
        sleep? Because they B<can>.

        =head2 What is empty?

        =head1 End
        """);
    Files.writeString(directory.resolve("perlfaq.pod"), "=head2 Listed?\n\nNot here.\n");
    JudgedCollection faq = PerlFaq.read(directory);
    assertThat(faq.queries())
        .containsExactly(
            new JudgedCollection.Query(
                "perlfaq2/001", "Why do cats sleep?", Set.of("perlfaq2/001")));
    assertThat(faq.passages())
        .containsExactly(
            new JudgedCollection.Passage("perlfaq2/001", "You ask:  Because they can."));
  }

  @Test
  void readsQuestionsOfPython() throws IOException {
    Files.writeString(
        directory.resolve("pets.html"),
        """
        <body><section id="pets"><h1>Pets</h1><section id="group"><h2>A group</h2>
        <section id="why"><h3><a>Why <i>cats</i>?</a><a class="headerlink">#</a></h3>
        <p>They   purr.</p><ul><li>Softly.</li></ul></section>
        <section id="none"><h3>No question</h3><p>Text.</p></section></section></section></body>
        """);
    JudgedCollection faq = PythonFaq.read(directory);
    assertThat(faq.queries())
        .containsExactly(new JudgedCollection.Query("pets/why", "Why cats?", Set.of("pets/why")));
    assertThat(faq.passages())
        .containsExactly(new JudgedCollection.Passage("pets/why", "They purr.\nSoftly."));
  }
}
