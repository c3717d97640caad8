package io.sparkattention.udfs.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Utf8Test {

  @Test
  void allOfUnicodeIsFine() {
    String text = "plain, naïve, 日本語, עברית, 🧑‍🚀, \u0000".repeat(1_000);
    assertThat(Utf8.problem(text.getBytes(StandardCharsets.UTF_8))).isNull();
    assertThat(Utf8.problem(new byte[0])).isNull();
    assertThat(Utf8.problem(null)).isNull();
  }

  @Test
  void theFirstWrongByteIsNamed() {
    byte[] latin1 = "naïve".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(Utf8.problem(latin1)).isEqualTo("not UTF-8: byte 0xEF at offset 2");
  }

  @Test
  void aTextThatEndsInACharacterIsWrong() {
    byte[] cut = new byte[5_001];
    java.util.Arrays.fill(cut, (byte) 'a');
    cut[5_000] = (byte) 0xC3;
    assertThat(Utf8.problem(cut)).isEqualTo("not UTF-8: byte 0xC3 at offset 5000");
  }
}
