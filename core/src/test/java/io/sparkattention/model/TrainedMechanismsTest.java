package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.attention.Attention;
import io.sparkattention.attention.Attentions;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.EagerAttention;
import io.sparkattention.attention.SinkWindowAttention;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers for which no mechanism was asked keep the one that they were trained with. */
class TrainedMechanismsTest {

  private static final Attention DENSE = new DenseAttention();
  private static final Attention WINDOW = new SinkWindowAttention(0, 64);

  @Test
  void denseStandsForWhatWasTrained() {
    List<Attention> trained = List.of(WINDOW, DENSE, WINDOW);
    assertThat(TrainedMechanisms.unless(DENSE, trained, 3)).isEqualTo(trained);
    assertThat(TrainedMechanisms.unless(DENSE, List.of(), 2)).containsExactly(DENSE, DENSE);
    assertThat(TrainedMechanisms.unless(new EagerAttention(), trained, 3))
        .containsOnly(new EagerAttention());
  }

  @Test
  void layersThatAreNotNamedKeepTheirs() {
    Attention some = Attentions.REGISTRY.parse("per-layer:1-2=eager");
    assertThat(TrainedMechanisms.unless(some, List.of(WINDOW, DENSE, WINDOW, WINDOW), 4))
        .containsExactly(WINDOW, new EagerAttention(), new EagerAttention(), WINDOW);
    assertThat(TrainedMechanisms.unless(some, List.of(), 4))
        .containsExactly(DENSE, new EagerAttention(), new EagerAttention(), DENSE);
    Attention cross = Attentions.REGISTRY.parse("per-site:cross=eager");
    assertThat(TrainedMechanisms.unless(cross, List.of(WINDOW), 1)).containsExactly(WINDOW);
  }
}
