package io.sparkattention.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void wordsAreCountedInAnyScript() {
    assertThat(Words.count("")).isZero();
    assertThat(Words.count(" \n ... !? ")).isZero();
    assertThat(Words.count("It's 3.5 o'clock, well-kept.")).isEqualTo(5);
    assertThat(Words.count("\u4F60\u597D\u3002\u597D\uFF01")).isEqualTo(3); // an ideograph each
    assertThat(Words.count("\uD83C\uDF27 rain")).isEqualTo(2); // an emoji is one
    assertThat(Words.count("\u0643\u064A\u0641 \u062D\u0627\u0644\u0643\u061F")).isEqualTo(2);
  }

  @Test
  void contentWordsAreThoseOfTheLanguage() {
    assertThat(content("The committees were meeting on Tuesday, and nobody was there."))
        .containsExactly("committe", "were", "meet", "tuesdai", "nobodi");
    assertThat(
            content("Die Nachbarn verhandelten am Dienstag \u00FCber das Wasser der Fl\u00FCsse."))
        .contains("verhandelt", "wass", "fluss")
        .doesNotContain("die", "\u00FCber", "das", "der");
    assertThat(content("Les voisins ont discut\u00E9 mardi de l'eau des rivi\u00E8res du pays."))
        .contains("voisin", "eau")
        .doesNotContain("les", "des", "du");
    assertThat(content("\u653F\u5E9C\u8BA8\u8BBA\u4E86\u7ECF\u6D4E\u653F\u7B56\u3002"))
        .contains("\u653F\u5E9C", "\u7ECF\u6D4E");
    assertThat(content("!!! 12 ...")).containsExactly("12");
  }

  private static List<String> content(String text) {
    return ContentWords.inLanguageOf(text).of(text);
  }
}
