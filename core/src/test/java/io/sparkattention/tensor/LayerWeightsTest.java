package io.sparkattention.tensor;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LayerWeightsTest {

  @Test
  void weightsMustBeComplete() {
    assertThatThrownBy(() -> new LayerWeights(List.of()))
        .hasMessage("a layer has 12 arrays, but 0 were given");
    assertThatThrownBy(() -> new EmbeddingWeights(List.of()))
        .hasMessage("an embedding has 4 or 5 arrays, but 0 were given");
  }
}
