package io.sparkattention.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.model.decoder.GoldenText;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Places of tokens against spelling every beginning of the text anew. */
class WrittenTokensTest {

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "t5", "mt5", "bart", "phi3"})
  void placesAreThoseOfSpellingEveryBeginning(String name) throws Exception {
    long seed = 4;
    Random random = new Random(seed);
    try (Tokenizer tokenizer =
        Tokenizer.open(GoldenText.directory(name).resolve("tokenizer.json"))) {
      int[] ids = random.ints(300, 0, 250).toArray();
      WrittenTokens written = WrittenTokens.of(tokenizer, ids);
      int[] content =
          Arrays.stream(ids).filter(id -> !tokenizer.specialIds().contains(id)).toArray();
      int length = points(written.text());
      int end = 0;
      assertThat(written.text()).isEqualTo(tokenizer.decode(ids));
      assertThat(written.tokens().ids()).isEqualTo(content);
      for (int i = 0; i < content.length; i++) {
        assertThat(written.tokens().starts()[i]).as("seed %d, token %d", seed, i).isEqualTo(end);
        String so = tokenizer.decode(Arrays.copyOf(content, i + 1));
        end = Math.max(end, Math.min(length, points(so)));
        assertThat(written.tokens().ends()[i]).as("seed %d, token %d", seed, i).isEqualTo(end);
      }
    }
  }

  private static int points(String text) {
    return text.codePointCount(0, text.length());
  }
}
