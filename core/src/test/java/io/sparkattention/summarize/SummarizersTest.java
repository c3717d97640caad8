package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.model.Outcome;
import io.sparkattention.registry.Registry;
import io.sparkattention.text.SentenceSplitter;
import io.sparkattention.text.Words;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every registered summarizer that chooses sentences must do. */
class SummarizersTest {

  private static final String DOCUMENT =
      "\uFEFFMice eat cheese. Cats \uD83D\uDC31 eat mice and cheese!\nDogs eat cats, mice and"
          + " cheese.  \u0627\u0644\u062C\u0628\u0646 \u0644\u0630\u064A\u0630. The \uD83C\uDF19"
          + " moon is no cheese. Mice eat cheese. End";
  private static final long SEED = 1958;

  static List<String> names() {
    return Summarizers.REGISTRY.entries().stream()
        .filter(entry -> ExtractiveSummarizer.class.isAssignableFrom(entry.type()))
        .map(Registry.Entry::name)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void sentencesAreVerbatimInOrderAndWhereTheOffsetsSay(String name) {
    for (int count : new int[] {1, 2, 4, 100}) {
      Summary summary = summary(name, "sentences=" + count, Source.of(DOCUMENT));
      assertThat(summary.sentences()).hasSize(Math.min(count, 6));
      requireVerbatimAndInOrder(List.of(DOCUMENT), summary);
      assertThat(summary.truncated()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void sourcesDoNotSeeOneAnother(String name) {
    List<Source> sources =
        List.of(
            Source.of(DOCUMENT),
            Source.ofGroup(List.of("One. Two. Three. Four.", DOCUMENT)),
            Source.of("Alone"),
            Source.of("Ice is cold. Fire is hot. Ice."));
    List<Outcome<Summary>> together = summarize(name, "sentences=3", sources);
    List<Source> reversed = new ArrayList<>(sources);
    Collections.reverse(reversed);
    List<Outcome<Summary>> backwards = summarize(name, "sentences=3", reversed);
    for (int i = 0; i < sources.size(); i++) {
      Outcome<Summary> alone = summarize(name, "sentences=3", List.of(sources.get(i))).get(0);
      assertThat(alone.failed()).isFalse();
      assertThat(together.get(i)).isEqualTo(alone);
      assertThat(backwards.get(sources.size() - 1 - i)).isEqualTo(alone);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void budgetsAreFilledAndNeverExceeded(String name) {
    Random random = new Random(SEED);
    for (int round = 0; round < 60; round++) {
      List<String> texts = randomTexts(random);
      Source source = Source.ofGroup(texts);
      int amount = 1 + random.nextInt(40);
      String unit = List.of("sentences", "words", "tokens", "compression").get(round % 4);
      String budget =
          unit + "=" + (unit.equals("compression") ? amount / 40.0 : String.valueOf(amount));
      Outcome<Summary> outcome = summarize(name, budget, List.of(source)).get(0);
      String where = "%s, seed %d, round %d, %s".formatted(name, SEED, round, budget);
      List<Integer> costs = costs(texts, unit);
      int shortest = costs.stream().mapToInt(c -> c).min().orElseThrow();
      double limit =
          unit.equals("compression")
              ? Math.max(shortest, Budget.parse(budget).amount() * sum(costs(texts, "words")))
              : amount;
      if (limit < shortest) {
        assertThat(outcome.error()).as(where).startsWith("no sentence fits into " + budget);
        continue;
      }
      requireVerbatimAndInOrder(texts, outcome.value());
      List<String> kept = outcome.value().sentences().stream().map(SummarySentence::text).toList();
      List<Integer> spent = kept.stream().map(text -> cost(text, unit)).toList();
      assertThat((double) sum(spent)).as(where).isLessThanOrEqualTo(limit);
      List<Integer> left = new ArrayList<>(costs);
      spent.forEach(left::remove); // an Integer: removes one of that cost
      assertThat(left).as(where).allMatch(cost -> cost > limit - sum(spent));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void aGroupOfOneEqualsItsDocument(String name) {
    assertThat(summary(name, "words=9", Source.ofGroup(List.of(DOCUMENT))))
        .isEqualTo(summary(name, "words=9", Source.of(DOCUMENT)));
  }

  @ParameterizedTest
  @MethodSource("names")
  void oneSentenceIsItsOwnSummary(String name) {
    for (String budget : List.of("sentences=1", "words=3", "compression=0.1")) {
      Summary summary = summary(name, budget, Source.of(" Mice eat cheese. "));
      assertThat(summary.text()).isEqualTo("Mice eat cheese.");
      assertThat(summary.sentences().get(0).score()).isFinite();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void amongEqualSentencesTheOrderIsStable(String name) {
    String equal = "Mice eat cheese. ".repeat(9);
    List<Integer> first =
        summary(name, "sentences=3", Source.of(equal)).sentences().stream()
            .map(SummarySentence::index)
            .toList();
    if (!name.equals("random")) {
      assertThat(first).containsExactly(0, 1, 2);
    }
    assertThat(summary(name, "sentences=3", Source.of(equal)).sentences())
        .extracting(SummarySentence::index)
        .isEqualTo(first);
  }

  @ParameterizedTest
  @MethodSource("names")
  void badRowsCostOnlyThemselves(String name) {
    List<Source> sources =
        Stream.of("A. B.", null, "", " \n\t", "...", "C.").map(Source::of).toList();
    List<Outcome<Summary>> outcomes = summarize(name, "sentences=3", sources);
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
  void everyBadDocumentOfAGroupIsNamed(String name) {
    List<Source> sources =
        List.of(
            Source.ofGroup(List.of("Good one.", "Good two.")),
            Source.ofGroup(Arrays.asList("Good.", null, "Fine.", " ", "...")),
            Source.ofGroup(List.of()));
    assertThat(summarize(name, "sentences=3", sources).stream().map(Outcome::error))
        .containsExactly(
            null,
            "document 1: the text is null; document 3: the text is empty; document 4: no sentence"
                + " was found in the text",
            "the group has no documents");
  }

  @ParameterizedTest
  @MethodSource("names")
  void failingSplitterCostsOneDocument(String name) {
    SummarizeContext context =
        context(
            text -> {
              if (text.startsWith("Broken")) {
                throw new IllegalStateException("cannot split");
              }
              return new PeriodSplitter().split(text);
            });
    List<Source> sources =
        List.of("Good. Text.", "Broken. Text.", "Good.").stream()
            .map(text -> Source.of(text).withQuery("good"))
            .toList();
    List<Outcome<Summary>> outcomes =
        Summarizers.REGISTRY.parse(name).summarize(sources, Budget.DEFAULT, context);
    assertThat(outcomes.stream().map(Outcome::error)).containsExactly(null, "cannot split", null);
  }

  @ParameterizedTest
  @MethodSource("names")
  void modelsThatFailOnADocumentCostOnlyIt(String name) {
    List<Source> sources =
        List.of(Source.of("Good. Fine."), Source.of("Some #throws. Fine."), Source.of("A #nan."));
    List<Outcome<Summary>> outcomes = summarize(name, "sentences=3", sources);
    boolean model = !Summarizers.REGISTRY.parse(name).needs().isEmpty();
    assertThat(outcomes.stream().map(Outcome::failed)).containsExactly(false, model, model);
  }

  @ParameterizedTest
  @MethodSource("names")
  void noSourcesGiveNoOutcomes(String name) {
    assertThat(summarize(name, "sentences=3", List.of())).isEmpty();
    assertThat(summarize(name, "sentences=3", List.of(Source.of(null)))).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("names")
  void specAndSerializationMakeEqualStrategies(String name) throws Exception {
    Summarizer strategy = Summarizers.REGISTRY.parse(name);
    assertThat(Summarizers.REGISTRY.parse(Summarizers.REGISTRY.format(strategy)))
        .isEqualTo(strategy);
    assertThat(copy(strategy)).isEqualTo(strategy);
    assertThat(copy(Budget.DEFAULT)).isEqualTo(Budget.DEFAULT);
  }

  @Test
  void thousandsOfSentencesAreSummarized() {
    String text =
        String.join(" ", IntStream.range(0, 3000).mapToObj(i -> "Word" + i + " is new.").toList());
    Summary summary = summary("lexrank", "sentences=5", Source.of(text));
    assertThat(summary.sentences()).hasSize(5);
    assertThat(summary.chunks()).isEqualTo(3000);
    assertThat(summary.tokensIn()).isEqualTo(5 * 3000);
    assertThat(summary.tokensOut()).isEqualTo(5 * 5);
  }

  @Test
  void unknownNamesAndOptionsAreAnsweredWithThoseThatExist() {
    assertThatThrownBy(() -> Summarizers.REGISTRY.parse("textrank"))
        .hasMessage(
            "unknown summarizer 'textrank' (did you mean 'lexrank'?): use one of "
                + String.join(
                    ", ",
                    Summarizers.REGISTRY.entries().stream().map(Registry.Entry::name).toList()));
    assertThatThrownBy(() -> Summarizers.REGISTRY.parse("lead:words=3"))
        .hasMessageContaining("it has no option 'words': it has none");
  }

  static SummarizeContext context(SentenceSplitter splitter) {
    return SummarizeContext.withoutModel(splitter)
        .withEmbedder(new FakeEmbedder())
        .withTokenAttention(new FakeTokenAttention())
        .withTokenCounter(String::length);
  }

  private static Summary summary(String spec, String budget, Source source) {
    Outcome<Summary> outcome = summarize(spec, budget, List.of(source)).get(0);
    assertThat(outcome.error()).isNull();
    return outcome.value();
  }

  private static List<Outcome<Summary>> summarize(
      String spec, String budget, List<Source> sources) {
    List<Source> asked = sources.stream().map(source -> source.withQuery("mice")).toList();
    return Summarizers.REGISTRY
        .parse(spec)
        .summarize(asked, Budget.parse(budget), context(new PeriodSplitter()));
  }

  private static void requireVerbatimAndInOrder(List<String> texts, Summary summary) {
    int document = 0;
    int before = 0;
    for (SummarySentence sentence : summary.sentences()) {
      assertThat(sentence.document()).isGreaterThanOrEqualTo(document);
      before = sentence.document() > document ? 0 : before;
      document = sentence.document();
      String text = texts.get(document);
      int[] codePoints = text.codePoints().toArray();
      assertThat(new String(codePoints, sentence.start(), sentence.end() - sentence.start()))
          .isEqualTo(sentence.text());
      assertThat(sentence.start()).isGreaterThanOrEqualTo(before);
      before = sentence.end();
      assertThat(new PeriodSplitter().split(text).get(sentence.index()).text())
          .isEqualTo(sentence.text());
      assertThat(sentence.score()).isFinite();
    }
    assertThat(summary.text())
        .isEqualTo(
            String.join(" ", summary.sentences().stream().map(SummarySentence::text).toList()));
  }

  private static List<String> randomTexts(Random random) {
    String[] words = {"mice", "eat", "the", "cheese", "moon", "\uD83C\uDF19", "is", "no", "Katze"};
    List<String> texts = new ArrayList<>();
    for (int d = 1 + random.nextInt(3); d > 0; d--) {
      StringBuilder text = new StringBuilder();
      for (int s = 1 + random.nextInt(8); s > 0; s--) {
        for (int w = random.nextInt(9); w >= 0; w--) {
          text.append(words[random.nextInt(words.length)]).append(w == 0 ? ". " : " ");
        }
      }
      texts.add(text.toString());
    }
    return texts;
  }

  private static List<Integer> costs(List<String> texts, String unit) {
    return texts.stream()
        .flatMap(text -> new PeriodSplitter().split(text).stream())
        .map(sentence -> cost(sentence.text(), unit))
        .toList();
  }

  private static int cost(String sentence, String unit) {
    return switch (unit) {
      case "sentences" -> 1;
      case "tokens" -> sentence.length();
      default -> Words.count(sentence);
    };
  }

  private static int sum(List<Integer> numbers) {
    return numbers.stream().mapToInt(number -> number).sum();
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
