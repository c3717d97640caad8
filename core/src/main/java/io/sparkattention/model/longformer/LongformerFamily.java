package io.sparkattention.model.longformer;

import io.sparkattention.attention.Attention;
import io.sparkattention.attention.WindowGlobalAttention;
import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.EncoderConfig;
import io.sparkattention.model.EncoderFamily;
import io.sparkattention.model.EncoderWeightNames;
import io.sparkattention.model.roberta.RobertaFamily;
import java.util.List;

/**
 * Longformer (arXiv:2004.05150): RoBERTa whose tokens read a window around them. The first token is
 * global, as transformers has it where it classifies texts: it reads all and is read by all, and
 * reads by projections of its own.
 */
public final class LongformerFamily implements EncoderFamily {

  private static final int GLOBALS = 1;

  @Override
  public EncoderConfig config(ConfigJson json) {
    int firstPosition = json.integer("pad_token_id", 1) + 1;
    EncoderConfig roberta =
        EncoderConfig.ofBertNames(
            "longformer", json, firstPosition, json.integer("type_vocab_size", 2), 0);
    List<Attention> windows =
        json.windows("attention_window", roberta.layers()).stream()
            .map(window -> (Attention) new WindowGlobalAttention(window, GLOBALS))
            .toList();
    return roberta.withTrained(windows);
  }

  @Override
  public EncoderWeightNames weightNames() {
    EncoderWeightNames roberta = new RobertaFamily("roberta").weightNames();
    EncoderWeightNames.Layer layer = roberta.layer();
    return new EncoderWeightNames(
        "longformer.",
        roberta.words(),
        roberta.positions(),
        roberta.types(),
        roberta.embeddingNorm(),
        "",
        roberta.layers(),
        new EncoderWeightNames.Layer(
            layer.query(),
            layer.key(),
            layer.value(),
            List.of(layer.query() + "_global", layer.key() + "_global", layer.value() + "_global"),
            layer.output(),
            layer.attentionNorm(),
            layer.up(),
            layer.down(),
            layer.outputNorm()),
        roberta.classification(),
        roberta.maskedLm());
  }
}
