package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.model.Outcome;
import io.sparkattention.registry.Registry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every registered summarizer must do. */
class SummarizersTest {

  private static final String DOCUMENT =
      "\uFEFFMice eat cheese. Cats \uD83D\uDC31 eat mice and cheese!\nDogs eat cats, mice and"
          + " cheese.  \u0627\u0644\u062C\u0628\u0646 \u0644\u0630\u064A\u0630. The \uD83C\uDF19"
          + " moon is no cheese. Mice eat cheese. End";

  static List<String> names() {
    return Summarizers.REGISTRY.entries().stream().map(Registry.Entry::name).toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void sentencesAreVerbatimInOrderAndWhereTheOffsetsSay(String name) {
    for (int count : new int[] {1, 2, 4, 100}) {
      Summary summary = summarize(name + ":sentences=" + count, DOCUMENT).get(0).value();
      int[] codePoints = DOCUMENT.codePoints().toArray();
      assertThat(summary.sentences()).hasSize(Math.min(count, 6));
      int before = 0;
      for (SummarySentence sentence : summary.sentences()) {
        assertThat(new String(codePoints, sentence.start(), sentence.end() - sentence.start()))
            .isEqualTo(sentence.text());
        assertThat(sentence.start()).isGreaterThanOrEqualTo(before);
        before = sentence.end();
        assertThat(new PeriodSplitter().split(DOCUMENT).get(sentence.index()).text())
            .isEqualTo(sentence.text());
        assertThat(sentence.score()).isPositive().isLessThanOrEqualTo(1);
      }
      assertThat(summary.text())
          .isEqualTo(
              String.join(" ", summary.sentences().stream().map(SummarySentence::text).toList()));
      assertThat(summary.truncated()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void documentsDoNotSeeOneAnother(String name) {
    List<String> texts =
        List.of(DOCUMENT, "One. Two. Three. Four.", "Alone", "Ice is cold. Fire is hot. Ice.");
    List<Outcome<Summary>> together = summarize(name, texts.toArray(String[]::new));
    for (int i = 0; i < texts.size(); i++) {
      assertThat(together.get(i)).isEqualTo(summarize(name, texts.get(i)).get(0));
    }
    assertThat(summarize(name, texts.get(3), texts.get(2), texts.get(1), texts.get(0)))
        .containsExactly(together.get(3), together.get(2), together.get(1), together.get(0));
  }

  @ParameterizedTest
  @MethodSource("names")
  void badRowsCostOnlyThemselves(String name) {
    List<Outcome<Summary>> outcomes = summarize(name, "A. B.", null, "", " \n\t", "...", "C.");
    assertThat(outcomes.stream().map(Outcome::error))
        .containsExactly(
            null,
            "the text is null",
            "the text is empty",
            "the text is empty",
            "no sentence was found in the text",
            null);
    assertThat(outcomes.get(0).value().text()).isEqualTo("A. B.");
    assertThat(outcomes.get(5).value().text()).isEqualTo("C.");
  }

  @ParameterizedTest
  @MethodSource("names")
  void failingSplitterCostsOneDocument(String name) {
    SummarizeContext context =
        SummarizeContext.of(
            text -> {
              if (text.startsWith("Broken")) {
                throw new IllegalStateException("cannot split");
              }
              return new PeriodSplitter().split(text);
            },
            new FakeEmbedder());
    List<Outcome<Summary>> outcomes =
        Summarizers.REGISTRY
            .parse(name)
            .summarize(List.of("Good. Text.", "Broken. Text.", "Good."), context);
    assertThat(outcomes.stream().map(Outcome::error)).containsExactly(null, "cannot split", null);
  }

  @ParameterizedTest
  @MethodSource("names")
  void noDocumentsGiveNoOutcomes(String name) {
    assertThat(summarize(name)).isEmpty();
    assertThat(summarize(name, (String) null)).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("names")
  void specAndSerializationMakeEqualStrategies(String name) throws Exception {
    Summarizer strategy = Summarizers.REGISTRY.parse(name);
    assertThat(Summarizers.REGISTRY.parse(Summarizers.REGISTRY.format(strategy)))
        .isEqualTo(strategy);
    assertThat(copy(strategy)).isEqualTo(strategy);
  }

  @Test
  void thousandsOfSentencesAreSummarized() {
    String text =
        String.join(" ", IntStream.range(0, 3000).mapToObj(i -> "Word" + i + " is new.").toList());
    Summary summary = summarize("lexrank:sentences=5", text).get(0).value();
    assertThat(summary.sentences()).hasSize(5);
    assertThat(summary.chunks()).isEqualTo(3000);
    assertThat(summary.tokensIn()).isEqualTo(5 * 3000);
    assertThat(summary.tokensOut()).isEqualTo(5 * 5);
  }

  @Test
  void unknownNamesAndOptionsAreAnsweredWithThoseThatExist() {
    assertThatThrownBy(() -> Summarizers.REGISTRY.parse("textrank"))
        .hasMessage(
            "unknown summarizer 'textrank' (did you mean 'lexrank'?): use one of lead, lexrank");
    assertThatThrownBy(() -> Summarizers.REGISTRY.parse("lead:words=3"))
        .hasMessageContaining("it has no option 'words': use sentences");
    assertThatThrownBy(() -> Summarizers.REGISTRY.parse("lead:sentences=0"))
        .hasMessageContaining("sentences must be at least 1, but is 0");
  }

  static List<Outcome<Summary>> summarize(String spec, String... texts) {
    return Summarizers.REGISTRY
        .parse(spec)
        .summarize(
            Arrays.asList(texts), SummarizeContext.of(new PeriodSplitter(), new FakeEmbedder()));
  }

  private static Object copy(Object original) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(original);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }
}
