package io.sparkattention.model.led;

import io.sparkattention.attention.Attention;
import io.sparkattention.attention.WindowGlobalAttention;
import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.bart.BartFamily;
import io.sparkattention.model.seq2seq.Seq2SeqConfig;
import io.sparkattention.model.seq2seq.Seq2SeqConfig.Part;
import io.sparkattention.model.seq2seq.Seq2SeqFamily;
import io.sparkattention.model.seq2seq.Seq2SeqWeightNames;
import io.sparkattention.tensor.NormPlace;
import java.util.List;
import java.util.Set;

/**
 * LED: BART with an encoder that reads windows (arXiv:2004.05150). The first token is global, as
 * its authors summarize: it reads all and is read by all, and reads by projections of its own.
 */
public final class LedFamily implements Seq2SeqFamily {

  private static final int GLOBALS = 1;

  @Override
  public Seq2SeqConfig config(ConfigJson json) {
    Seq2SeqConfig bart =
        BartFamily.config(
            "led",
            json,
            NormPlace.AFTER,
            new Seq2SeqConfig.Positions(
                json.integer("max_encoder_position_embeddings"),
                json.integer("max_decoder_position_embeddings"),
                0),
            Set.of(Part.EMBEDDING_NORM, Part.LOGIT_BIAS));
    List<Attention> windows =
        json.windows("attention_window", bart.encoder().layers()).stream()
            .map(window -> (Attention) new WindowGlobalAttention(window, GLOBALS))
            .toList();
    return bart.withSparse(new Seq2SeqConfig.SparseEncoder(windows, 0));
  }

  @Override
  public Seq2SeqWeightNames weightNames(Seq2SeqConfig config) {
    Seq2SeqWeightNames bart = BartFamily.names("layernorm_embedding", "");
    Seq2SeqWeightNames.Stack encoder = bart.encoder();
    return new Seq2SeqWeightNames(
        "led.",
        bart.words(),
        new Seq2SeqWeightNames.Stack(
            encoder.positions(),
            encoder.embeddingNorm(),
            encoder.layers(),
            attention(""),
            attention("_global"),
            null,
            encoder.feedForward(),
            encoder.finalNorm(),
            encoder.bias(),
            null),
        bart.decoder(),
        bart.head(),
        bart.logitBias(),
        bart.ignored());
  }

  private static Seq2SeqWeightNames.Attention attention(String suffix) {
    String at = "self_attn.longformer_self_attn.";
    return new Seq2SeqWeightNames.Attention(
        "self_attn_layer_norm",
        at + "query" + suffix,
        at + "key" + suffix,
        at + "value" + suffix,
        "self_attn.output");
  }
}
