package io.sparkattention.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.weights.TestModels;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TokenizerTest {

  @Test
  void framesAText() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(TestModels.directory("minilm"))) {
      Tokens tokens = tokenizer.encode("hello world");
      assertThat(tokens.ids()).containsExactly(101, 7592, 2088, 102);
      assertThat(tokens.starts()).containsExactly(-1, 0, 6, -1);
      assertThat(tokens.ends()).containsExactly(-1, 5, 11, -1);
      Tokens pair = tokenizer.encodePair("hello", "world");
      assertThat(pair.ids()).containsExactly(101, 7592, 102, 2088, 102);
      assertThat(pair.typeIds()).containsExactly(0, 0, 0, 1, 1);
    }
  }
}
