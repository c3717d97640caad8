package io.sparkattention.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RememberedTest {

  @Test
  void readsEachTextOnceAndCountsItsTokensOnce() {
    List<String> read = new ArrayList<>();
    Remembered<Integer> lengths =
        new Remembered<>(
            texts -> {
              read.addAll(texts);
              return texts.stream().map(String::length).toList();
            },
            length -> length);
    assertThat(lengths.of(List.of("a", "bcd", "a"))).containsExactly(1, 3, 1);
    assertThat(lengths.of(List.of("bcd", "ef"))).containsExactly(3, 2);
    assertThat(lengths.of(List.of())).isEmpty();
    assertThat(read).containsExactly("a", "bcd", "ef");
    assertThat(lengths.tokens()).isEqualTo(6);
  }
}
