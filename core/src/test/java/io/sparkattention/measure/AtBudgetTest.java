package io.sparkattention.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.attention.Attention;
import io.sparkattention.attention.Attentions;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.Registry.Entry;
import io.sparkattention.registry.Registry.Option;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every mechanism that chooses keys has a spelling at every budget. */
class AtBudgetTest {

  /** They read all keys, keys of others, or as many as their pattern says. */
  private static final Set<String> WITHOUT =
      Set.of("chunked", "dense", "eager", "el-cross", "hepos", "per-layer", "per-site");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 16, 33, 64, 128, 256, 512, 1_024, 4_096})
  void everySpellingIsAccepted(int keys) {
    for (String mechanism : AtBudget.mechanisms()) {
      String spec = AtBudget.spec(mechanism, keys).orElseThrow();
      assertThat(Attentions.REGISTRY.parse(spec)).as(spec).isNotNull();
    }
  }

  @Test
  void whatChoosesKeysHasABudget() {
    Set<String> budgeted = AtBudget.mechanisms();
    assertThat(budgeted).contains("sink-window", "window-global");
    for (Entry<Attention> entry : Attentions.REGISTRY.entries()) {
      boolean operatorOnly = entry.type().getAnnotation(Described.class).operatorOnly();
      boolean ofOthers = entry.options().stream().anyMatch(AtBudgetTest::isMechanism);
      if (!operatorOnly && !ofOthers && !WITHOUT.contains(entry.name())) {
        assertThat(budgeted)
            .as("%s needs an option named budget, keys or k, or a line in AtBudget", entry.name())
            .contains(entry.name());
      }
    }
  }

  private static boolean isMechanism(Option option) {
    return option.type() == Attention.class || option.itemType() == Attention.class;
  }

  @Test
  void whatHasNoBudgetHasNoSpelling() {
    assertThat(AtBudget.spec("dense", 64)).isEqualTo(Optional.empty());
    assertThat(AtBudget.spec("no-such", 64)).isEqualTo(Optional.empty());
  }
}
