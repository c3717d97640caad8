package io.sparkattention.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
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
  void itPartsFromLucenesStemmerWhereNltkDoes() throws IOException {
    Map<String, String> stems =
        Map.of("enjoy", "enjoy", "dies", "die", "skies", "sky", "fly", "fli", "geology", "geolog");
    for (Map.Entry<String, String> stem : stems.entrySet()) {
      assertThat(PorterStemmer.stem(stem.getKey())).isEqualTo(stem.getValue());
      assertThat(lucene(stem.getKey())).as(stem.getKey()).isNotEqualTo(stem.getValue());
    }
  }

  private static String lucene(String word) throws IOException {
    KeywordTokenizer whole = new KeywordTokenizer();
    whole.setReader(new StringReader(word));
    try (TokenStream stemmed = new PorterStemFilter(whole)) {
      CharTermAttribute term = stemmed.addAttribute(CharTermAttribute.class);
      stemmed.reset();
      stemmed.incrementToken();
      return term.toString();
    }
  }
}
