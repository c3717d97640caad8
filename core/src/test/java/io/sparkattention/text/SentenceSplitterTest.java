package io.sparkattention.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SentenceSplitterTest {

  private static final SentenceSplitter OPENNLP = OpenNlpSentenceSplitter.of("eng");
  private static final SentenceSplitter GERMAN = OpenNlpSentenceSplitter.of("deu");
  private static final SentenceSplitter UNICODE = new UnicodeSentenceSplitter();
  private static final SentenceSplitter BY_LANGUAGE = SentenceSplitters.byLanguage();
  private static final List<SentenceSplitter> ALL = List.of(OPENNLP, UNICODE, BY_LANGUAGE);

  @Test
  void openNlpKnowsAbbreviations() {
    assertThat(texts(OPENNLP, "Mr. Smith went to Washington. He met Dr. Jones there. Good."))
        .containsExactly("Mr. Smith went to Washington.", "He met Dr. Jones there.", "Good.");
  }

  @Test
  void findsSentencesInManyScripts() {
    assertThat(texts(UNICODE, "\u4F60\u597D\u3002\u4ECA\u5929\u597D\u5417\uFF1F\u597D\uFF01"))
        .containsExactly("\u4F60\u597D\u3002", "\u4ECA\u5929\u597D\u5417\uFF1F", "\u597D\uFF01");
    assertThat(
            texts(
                UNICODE,
                "\u0643\u064A\u0641 \u062D\u0627\u0644\u0643\u061F \u0628\u062E\u064A\u0631."))
        .containsExactly(
            "\u0643\u064A\u0641 \u062D\u0627\u0644\u0643\u061F", "\u0628\u062E\u064A\u0631.");
    assertThat(
            texts(
                UNICODE,
                "\u092F\u0939 \u090F\u0915 \u0939\u0948\u0964"
                    + " \u0926\u0942\u0938\u0930\u093E\u0964"))
        .containsExactly(
            "\u092F\u0939 \u090F\u0915 \u0939\u0948\u0964", "\u0926\u0942\u0938\u0930\u093E\u0964");
    assertThat(texts(UNICODE, "\u300C\u4F60\u597D\u3002\u300D\u4ED6\u8BF4\u3002"))
        .containsExactly("\u300C\u4F60\u597D\u3002\u300D", "\u4ED6\u8BF4\u3002");
    assertThat(
            texts(
                UNICODE,
                "\u041F\u0440\u0438\u0432\u0435\u0442. \u041A\u0430\u043A"
                    + " \u0434\u0435\u043B\u0430?"))
        .containsExactly(
            "\u041F\u0440\u0438\u0432\u0435\u0442.",
            "\u041A\u0430\u043A \u0434\u0435\u043B\u0430?");
    assertThat(texts(UNICODE, "\u10D0\u10E0\u10D8\u10E1. \u10D0\u10E0\u10D0! (\u10D9\u10D8.)"))
        .containsExactly("\u10D0\u10E0\u10D8\u10E1.", "\u10D0\u10E0\u10D0!", "(\u10D9\u10D8.)");
  }

  @Test
  void sentencesOfManyLanguagesAreFound() {
    List<List<String>> languages =
        List.of(
            List.of(
                "Der Ausschuss traf sich am Dienstag mit Dr. M\u00FCller.",
                "Er beschloss z. B. nichts.",
                "Danach fuhren alle nach Hause."),
            List.of(
                "Le comit\u00E9 s'est r\u00E9uni mardi avec M. Dupont.",
                "Il n'a rien d\u00E9cid\u00E9\u00A0!",
                "Tout le monde est rentr\u00E9 \u00E0 la maison."),
            List.of(
                "La comisi\u00F3n se reuni\u00F3 el martes en Madrid.",
                "\u00BFQu\u00E9 decidi\u00F3?",
                "No decidi\u00F3 nada en absoluto."),
            List.of(
                "\u041A\u043E\u043C\u0438\u0442\u0435\u0442 \u0441\u043E\u0431\u0440\u0430\u043B"
                    + "\u0441\u044F \u0432\u043E \u0432\u0442\u043E\u0440\u043D\u0438\u043A.",
                "\u041E\u043D \u043D\u0438\u0447\u0435\u0433\u043E \u043D\u0435"
                    + " \u0440\u0435\u0448\u0438\u043B."),
            List.of(
                "\u0397 \u03B5\u03C0\u03B9\u03C4\u03C1\u03BF\u03C0\u03AE"
                    + " \u03C3\u03C5\u03BD\u03B5\u03B4\u03C1\u03AF\u03B1\u03C3\u03B5.",
                "\u0394\u03B5\u03BD \u03B1\u03C0\u03BF\u03C6\u03AC\u03C3\u03B9\u03C3\u03B5"
                    + " \u03C4\u03AF\u03C0\u03BF\u03C4\u03B1."));
    for (List<String> sentences : languages) {
      assertThat(texts(BY_LANGUAGE, String.join(" ", sentences))).isEqualTo(sentences);
    }
  }

  @Test
  void languageIsDetectedAndItsAbbreviationsAreKnown() {
    String german =
        "Am Dienstag sprach Dr. Weber \u00FCber Kunst und z. B. Musik in Berlin. Danach wurde lange"
            + " \u00FCber die Zukunft der Stadt gestritten.";
    assertThat(Languages.of(german)).contains("deu");
    assertThat(texts(BY_LANGUAGE, german)).isEqualTo(texts(GERMAN, german)).hasSize(2);
    assertThat(texts(UNICODE, german)).hasSize(5);
    assertThat(Languages.of("Hello.")).isEmpty();
    assertThat(Languages.of("12.5 %")).isEmpty();
    assertThat(Languages.of("")).isEmpty();
    assertThat(Languages.of("\uD83D\uDE00".repeat(600))).isEmpty();
  }

  @Test
  void choosesByScriptAndLanguage() {
    assertThat(SentenceSplitters.isMostlyLatin("Hello \u4F60\u597D.")).isTrue();
    assertThat(SentenceSplitters.isMostlyLatin("\u4F60\u597D\u4F60\u597D ok")).isFalse();
    assertThat(SentenceSplitters.isMostlyLatin("12.5 %")).isTrue();
    assertThat(texts(BY_LANGUAGE, "\u4F60\u597D\u3002\u597D\u3002")).hasSize(2);
    assertThat(texts(BY_LANGUAGE, "Dr. Jones came. He sat.")).hasSize(2); // too short: English
  }

  @Test
  void splittersHaveNames() {
    assertThat(SentenceSplitters.names()).containsExactly("auto", "deu", "eng", "fra", "unicode");
    for (String name : SentenceSplitters.names()) {
      assertThat(texts(SentenceSplitters.named(name), "It was. It is.")).hasSize(2);
    }
    assertThatThrownBy(() -> SentenceSplitters.named("klingon"))
        .hasMessage(
            "no way to find sentences is named 'klingon': use one of auto, deu, eng, fra, unicode");
    assertThatThrownBy(() -> OpenNlpSentenceSplitter.of("tlh"))
        .hasMessage("no model finds sentences in 'tlh': use one of [deu, eng, fra]");
  }

  @Test
  void countsOffsetsInCodePoints() {
    String text = "  \uD83D\uDE00 Yes! \uD83D\uDE00 No way. ";
    assertThat(UNICODE.split(text))
        .containsExactly(
            new Sentence("\uD83D\uDE00 Yes!", 2, 8), new Sentence("\uD83D\uDE00 No way.", 9, 18));
  }

  @Test
  void blankLinesPartSentencesAndLineBreaksDoNot() {
    for (String line : List.of("\n", "\r\n")) {
      String text = "A Title" + line + " " + line + "It goes" + line + "on here. And ends.";
      assertThat(texts(OPENNLP, text))
          .containsExactly("A Title", "It goes" + line + "on here.", "And ends.");
    }
  }

  @Test
  void emptyAndBlankTextsHaveNone() {
    for (SentenceSplitter splitter : ALL) {
      assertThat(splitter.split("")).isEmpty();
      assertThat(splitter.split(" \n\t\u00A0\u3000 \r\n\r\n")).isEmpty();
    }
  }

  @Test
  void degenerateTextsStayBounded() {
    int million = 1 << 20;
    List<String> texts = new ArrayList<>();
    for (String unit :
        List.of("a", ".", " ", "\n", "\uD83D\uDE00", "\u3002", "\uD83D", "a.", "?! ", "\u10D0.")) {
      texts.add(unit.repeat(million / unit.length()));
    }
    texts.add("word ".repeat(million / 5));
    for (String text : texts) {
      for (SentenceSplitter splitter : List.of(OPENNLP, UNICODE)) {
        requirePromises(text, splitter.split(text), text.substring(0, 2));
      }
    }
  }

  @Test
  void cutsOverLongSentencesAtWhiteSpace() {
    String text = "word ".repeat(3000);
    for (SentenceSplitter splitter : ALL) {
      List<Sentence> sentences = splitter.split(text);
      assertThat(sentences).hasSize(4);
      assertThat(sentences).allMatch(sentence -> sentence.text().endsWith("word"));
    }
  }

  @Test
  void windowsLeaveNoMark() {
    String sentence = "The committee met on Tuesday and agreed on nothing at all. ";
    String text = sentence.repeat(2000); // one paragraph, many windows
    assertThat(texts(OPENNLP, text)).hasSize(2000).containsOnly(sentence.strip());
    assertThat(texts(UNICODE, text)).hasSize(2000).containsOnly(sentence.strip());
  }

  @Test
  void keepsItsPromisesOnRandomText() {
    long seed = 5;
    Random random = new Random(seed);
    String[] parts = {
      "Hello",
      "world",
      "Dr.",
      ".",
      "!",
      "?",
      "...",
      "\u3002",
      "\u0964",
      "\uD83D\uDE00",
      "\uDE00",
      " ",
      " ",
      "  ",
      "\n",
      "\n\n",
      "\r\n",
      "\t",
      "\"",
      ")",
      "\u300D",
      "3.5",
      "\u00A0",
      "\u2029"
    };
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(200); i > 0; i--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      for (SentenceSplitter splitter : ALL) {
        requirePromises(
            text.toString(),
            splitter.split(text.toString()),
            "seed %d, round %d".formatted(seed, round));
      }
    }
  }

  private static void requirePromises(String text, List<Sentence> sentences, String where) {
    int unit = 0;
    int codePoint = 0;
    for (Sentence sentence : sentences) { // plain comparisons: there may be a million
      int start = text.offsetByCodePoints(unit, sentence.start() - codePoint);
      int end = text.offsetByCodePoints(start, sentence.end() - sentence.start());
      boolean kept =
          sentence.start() >= codePoint
              && isSpace(text.substring(unit, start))
              && text.substring(start, end).equals(sentence.text())
              && !sentence.text().isEmpty()
              && sentence.text().strip().equals(sentence.text())
              && sentence.end() - sentence.start() <= SentenceSplitter.LONGEST;
      if (!kept) {
        fail("%s: %s breaks a promise behind code point %d", where, sentence, codePoint);
      }
      unit = end;
      codePoint = sentence.end();
    }
    assertThat(isSpace(text.substring(unit))).as(where).isTrue();
  }

  private static boolean isSpace(String text) {
    return text.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
  }

  private static List<String> texts(SentenceSplitter splitter, String text) {
    return splitter.split(text).stream().map(Sentence::text).toList();
  }
}
