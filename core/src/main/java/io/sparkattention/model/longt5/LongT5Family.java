package io.sparkattention.model.longt5;

import io.sparkattention.attention.Attention;
import io.sparkattention.attention.WindowGlobalAttention;
import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.seq2seq.Seq2SeqConfig;
import io.sparkattention.model.seq2seq.Seq2SeqFamily;
import io.sparkattention.model.seq2seq.Seq2SeqWeightNames;
import io.sparkattention.model.t5.T5Family;
import java.util.Collections;
import java.util.List;

/**
 * LongT5 (arXiv:2112.07916): T5 with an encoder whose tokens read those near them and, where it is
 * transient-global, sums of all blocks of tokens.
 */
public final class LongT5Family implements Seq2SeqFamily {

  private static final String LOCAL = "local";
  private static final String TRANSIENT_GLOBAL = "transient-global";

  private final T5Family t5 = new T5Family("longt5");

  @Override
  public Seq2SeqConfig config(ConfigJson json) {
    Seq2SeqConfig base = t5.config(json);
    String kind = json.text("encoder_attention_type", LOCAL);
    if (!kind.equals(LOCAL) && !kind.equals(TRANSIENT_GLOBAL)) {
      json.reject(
          "encoder_attention_type '%s' is not supported: use %s or %s"
              .formatted(kind, LOCAL, TRANSIENT_GLOBAL));
    }
    int radius = Math.max(1, json.integer("local_radius", 127));
    int block = Math.max(1, json.integer("global_block_size", 16));
    List<Attention> windows =
        Collections.nCopies(base.encoder().layers(), new WindowGlobalAttention(2 * radius, 0));
    int side = kind.equals(LOCAL) ? 0 : block;
    return base.withSparse(new Seq2SeqConfig.SparseEncoder(windows, side));
  }

  @Override
  public Seq2SeqWeightNames weightNames(Seq2SeqConfig config) {
    Seq2SeqWeightNames names = t5.weightNames(config);
    Seq2SeqWeightNames.Stack encoder = names.encoder();
    boolean sides = config.sparse().orElseThrow().sideBlock() > 0;
    String kind = "layer.0." + (sides ? "TransientGlobal" : "Local") + "SelfAttention.";
    Seq2SeqWeightNames.Side side =
        new Seq2SeqWeightNames.Side(
            kind + "global_input_layer_norm",
            encoder.layers() + "0." + kind + "global_relative_attention_bias");
    return new Seq2SeqWeightNames(
        names.prefix(),
        names.words(),
        new Seq2SeqWeightNames.Stack(
            encoder.positions(),
            encoder.embeddingNorm(),
            encoder.layers(),
            new Seq2SeqWeightNames.Attention(
                encoder.self().norm(), kind + "q", kind + "k", kind + "v", kind + "o"),
            null,
            null,
            encoder.feedForward(),
            encoder.finalNorm(),
            encoder.layers() + "0." + kind + "relative_attention_bias",
            sides ? side : null),
        names.decoder(),
        names.head(),
        names.logitBias(),
        names.ignored());
  }
}
