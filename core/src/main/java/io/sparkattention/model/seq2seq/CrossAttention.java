package io.sparkattention.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMask;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.KeySource;
import io.sparkattention.attention.Layout;
import io.sparkattention.attention.Site;
import io.sparkattention.model.decoder.SeamCall;
import io.sparkattention.probe.AttentionProbe;
import java.util.List;

/**
 * How the decoder reads what was encoded, through the seam.
 *
 * @param memory packed
 * @param sources the projections of each layer; empty where no mechanism reads them
 * @param queryOffsets cumulative numbers of the tokens that read each text
 * @param probes shown what was attended to
 */
record CrossAttention(
    Memory memory,
    List<KeySource> sources,
    int[] queryOffsets,
    Site.Phase phase,
    List<AttentionProbe> probes) {

  /**
   * Attends in a layer.
   *
   * @param query (N, H, D)
   * @param texts keys and values of the memory, (M, H, D) each
   * @return (N, H, D) in the scope
   */
  NDArray attend(
      NDManager scope, int layer, Attention mechanism, double scale, NDArray query, NDList texts) {
    Layout.Packed layout = new Layout.Packed(queryOffsets, memory.offsets());
    AttentionInput input =
        new AttentionInput(
            query,
            texts.get(0),
            texts.get(1),
            scale,
            layout,
            new AttentionMask(
                Direction.BIDIRECTIONAL,
                new int[layout.batch()],
                layout.queryLengths(),
                layout.keyLengths()),
            null,
            new Site(layer, Site.Kind.CROSS, phase),
            scope);
    if (!sources.isEmpty()) {
      input = input.withSource(sources.get(layer).of(memory.encoded()));
      if (mechanism.at(input.site(), Direction.BIDIRECTIONAL).readsSource()) {
        input = input.withMemory(memory.kept());
      }
    }
    return SeamCall.attend(mechanism, input, queryOffsets, probes);
  }
}
