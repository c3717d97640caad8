package io.sparkattention.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PermutationTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[2] > [3] > [1]; 231; 0",
        "[1]>[2]>[3]; 123; 0",
        "[ 3 ] > [1] , [2].; 312; 0",
        "Sure! The order is: [3] > [2] > [1]; 321; 0",
        "[2] > [2] > [1]; 213; 2", // one again, one missing
        "[3]; 312; 2",
        "[4] > [2] > [0] > [1]; 213; 3", // two that name nothing, one missing
        "[99999999999999999999] > [2]; 213; 2",
        "[3] > [1] > [2] > [3] > [1]; 312; 2", // going round
        "3 > 2 > 1; 123; 3", // no brackets
        "none of them; 123; 3",
        "[-1] > [2.5] > [two]; 123; 3",
        "[2] > [1] > [; 213; 1", // cut off
      })
  void whatIsNotNamedFollowsInItsOrderBefore(String answer, String order, int repairs) {
    List<Integer> expected =
        Arrays.stream(order.split("")).map(place -> Integer.parseInt(place) - 1).toList();
    assertThat(Permutation.parse(answer, 3)).isEqualTo(new Permutation(expected, repairs));
  }

  @Test
  void anEmptyAnswerLeavesAllAsItWas() {
    assertThat(Permutation.parse("", 2)).isEqualTo(new Permutation(List.of(0, 1), 2));
  }
}
