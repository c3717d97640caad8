package io.sparkattention.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A misspelt word is told with what was meant, a strange one is not. */
class SpellingTest {

  @Test
  void distanceCountsLetters() {
    assertThat(Spelling.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Spelling.distance("", "abc")).isEqualTo(3);
    assertThat(Spelling.distance("abc", "")).isEqualTo(3);
    assertThat(Spelling.distance("dense", "dense")).isZero();
    assertThat(Spelling.distance("flaw", "lawn")).isEqualTo(2);
  }

  @Test
  void theNearestWordIsFoundAndOfEqualOnesTheFirst() {
    assertThat(Spelling.nearest("robrta", List.of("bert", "mpnet", "roberta"))).contains("roberta");
    assertThat(Spelling.nearest("ax", List.of("ab", "ac"))).contains("ab");
    assertThat(Spelling.nearest("word", List.of())).isEmpty();
  }

  @Test
  void onlyAWordThatIsNearIsHintedAt() {
    assertThat(Spelling.hint("lexrnk", List.of("lead", "lexrank")))
        .isEqualTo(" (did you mean 'lexrank'?)");
    assertThat(Spelling.hint("gpt2", List.of("bert", "mpnet"))).isEmpty();
    assertThat(Spelling.hint("word", List.of())).isEmpty();
  }
}
