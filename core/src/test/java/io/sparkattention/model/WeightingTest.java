package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.statistics.StatisticsExtractor;
import io.sparkattention.statistics.StatisticsPlan;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights that are no softmax serve models, and statistics where they sum to 1. */
class WeightingTest {

  private static final List<String> TEXTS = List.of("a b c", "c");
  private static final StatisticsPlan PLAN =
      StatisticsPlan.of(List.of("entropy", "mean-distance", "received-attention", "sink-rate"));

  private static LoadedModel load(String attention) {
    ModelSpec spec = ModelSpec.of("bert");
    return Golden.load("bert", spec.withAttention(attention));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linear-kernel",
        "linear-kernel:feature=log-normal",
        "linformer:rows=2",
        "prob-sparse:factor=1",
        "transient-global:window=2,block=2",
        "normalized:by=sparsemax",
        "sink-scale:of=[sink-window:window=2]",
        "steered:from=1,tokens=1",
        "calibrated",
        "content-mask",
        "log-n:trained=2",
        "temperature:value=2"
      })
  void normalizedWeightsHaveStatistics(String attention) {
    try (LoadedModel model = load(attention)) {
      new StatisticsExtractor(model.attentionReader(), PLAN)
          .extract(TEXTS)
          .forEach(
              each ->
                  each.statistics()
                      .tokens()
                      .forEach(token -> assertThat(token.values()).isNotEmpty()));
      assertFinite(model);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linear-kernel:feature=flow",
        "linformer:rows=2,projection=random",
        "normalized:by=relu",
        "per-layer:1=[normalized:by=relu]"
      })
  void othersAreRefusedBeforeAnyText(String attention) {
    try (LoadedModel model = load(attention)) {
      assertThatThrownBy(() -> new StatisticsExtractor(model.attentionReader(), PLAN))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("need not sum to 1")
          .hasMessageContaining("use one with normalized weights");
      assertFinite(model);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear-kernel", "sink-scale", "per-layer:1=temperature"})
  void poolingByHowMuchTokensAttendToThemselvesNeedsTheModelsOwnScores(String attention) {
    try (LoadedModel model = load(attention)) {
      ChunkEmbedder.Head head = new ChunkEmbedder.Head(2, 1);
      assertThatThrownBy(() -> model.chunkEmbedder().embedChunks(TEXTS, Role.SYMMETRIC, 16, head))
          .hasMessageContaining("attend to themselves")
          .hasMessageContaining("use dense");
    }
  }

  @Test
  void lightningIsForDecoders() {
    assertThatThrownBy(() -> load("lightning"))
        .hasMessageContaining("lightning sums up the past")
        .hasMessageContaining("use linear-kernel");
  }

  private static void assertFinite(LoadedModel model) {
    for (var embedded : model.embedder().embed(TEXTS, Role.SYMMETRIC)) {
      for (float number : embedded.vector()) {
        assertThat(number).isFinite();
      }
    }
  }
}
