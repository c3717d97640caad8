package io.sparkattention.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.Silence;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.probe.AttentionProbe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tiny model as statistics of all layers and experiments see it. */
class ObservedModelTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final ExecutorService POOL = Executors.newSingleThreadExecutor();

  @AfterAll
  static void shutDown() {
    POOL.shutdownNow();
  }

  private static LoadedModel load(String model, String attention) {
    return LoadedModel.load(
        GOLDEN.resolve(model), ModelSpec.of(model).withAttention(attention), POOL);
  }

  private static ExaminedReader examined(LoadedModel model) {
    return new ExaminedReader(model.attentionReader(), RowSample.USUAL);
  }

  /** Rows of weights of each layer while the model reads, [layer][entry]. */
  private static final class Seen implements AttentionProbe {
    private final List<float[]> layers = new ArrayList<>();

    @Override
    public void observe(AttentionInput input, Attended attended) {
      int queries = (int) input.query().getShape().get(2);
      layers.add(attended.weights(0, queries).toFloatArray());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert dense", "mpnet dense", "bert sink-window:sinks=1,window=2"})
  void replayedWeightsAreThoseThatTheModelAttendedBy(String names) {
    String[] name = names.split(" ");
    try (LoadedModel model = load(name[0], name[1])) {
      AttentionReader reader = model.attentionReader();
      int[] ids = model.tokenizer().encode("a b c d e f").ids();
      Seen seen = new Seen();
      reader.read(List.of("a b c d e f"), () -> seen, probe -> List.of(0));
      try (ObservedLayers layers = examined(model).observe(ids)) {
        assertThat(layers.layers()).isEqualTo(seen.layers.size());
        for (int l = layers.layers() - 1; l >= 0; l--) {
          float[][][] weights = layers.weights(l);
          for (int h = 0; h < layers.heads(); h++) {
            for (int t = 0; t < ids.length; t++) {
              for (int s = 0; s < ids.length; s++) {
                float before = seen.layers.get(l)[(h * ids.length + t) * ids.length + s];
                assertThat(weights[h][t][s]).isCloseTo(before, within(1e-5f));
              }
            }
          }
        }
      }
    }
  }

  @Test
  void silencedHeadsChangeWhatComesOut() {
    try (LoadedModel model = load("bert", "dense")) {
      ExaminedReader examined = examined(model);
      int[] ids = model.tokenizer().encode("a b c d").ids();
      float[][] whole = examined.activations(List.of(ids)).get(0);
      float[][] without =
          examined.activations(List.of(ids), Set.of(new HeadPlace(0, 1)), Silence.ZERO).get(0);
      assertThat(whole.length).isEqualTo(ids.length);
      assertThat(without[1]).isNotEqualTo(whole[1]);
      List<float[][]> states = examined.hiddenStates(ids);
      assertThat(states).hasSize(examined.layers() + 1);
      assertThat(states.get(examined.layers())[2]).containsExactly(whole[2], within(1e-5f));
    }
  }

  @Test
  void allClassesComeTogether() {
    try (LoadedModel model = load("bert", "dense")) {
      StatisticsPlan plan =
          StatisticsPlan.of(
              List.of("entropy", "top-k-mass:k=2", "head-divergence", "rollout", "category-share"));
      StatisticsExtractor extractor = new StatisticsExtractor(model.attentionReader(), plan);
      DocumentStatistics found = extractor.extract(List.of("a, b. c!")).get(0).statistics();
      int heads = found.heads().size();
      assertThat(found.pairs()).hasSize(heads * (heads - 1) / 2);
      assertThat(found.tokens()).allSatisfy(t -> assertThat(t.values()[3]).isPositive());
      assertThat(found.heads()).allSatisfy(h -> assertThat(h.values()[1]).isPositive());
      assertThat(found.values()[4]).isBetween(0f, 1f);
    }
  }
}
