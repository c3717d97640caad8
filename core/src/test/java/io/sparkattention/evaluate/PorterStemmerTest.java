package io.sparkattention.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

class PorterStemmerTest {

  @Test
  void everyStemIsThatOfNltk() {
    SoftAssertions all = new SoftAssertions();
    for (String[] row : GoldenValues.rows("stems.tsv")) {
      all.assertThat(PorterStemmer.stem(row[0])).as(row[0]).isEqualTo(row[1]);
    }
    all.assertAll();
    assertThat(GoldenValues.rows("stems.tsv")).hasSizeGreaterThan(7000);
  }

  @Test
  void itPartsFromThePublishedStemmerWhereNltkDoes() {
    assertThat(PorterStemmer.stem("enjoy")).isEqualTo("enjoy");
    assertThat(PorterStemmer.stem("dies")).isEqualTo("die");
    assertThat(PorterStemmer.stem("skies")).isEqualTo("sky");
    assertThat(PorterStemmer.stem("spy")).isEqualTo("spi");
  }
}
