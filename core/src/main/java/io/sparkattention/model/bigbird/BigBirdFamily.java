package io.sparkattention.model.bigbird;

import io.sparkattention.attention.BlockSparseAttention;
import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.EncoderConfig;
import io.sparkattention.model.EncoderFamily;
import io.sparkattention.model.EncoderWeightNames;
import io.sparkattention.model.bert.BertFamily;
import io.sparkattention.tensor.HeadActivation;
import java.util.Collections;

/**
 * BigBird (arXiv:2007.14062): BERT whose tokens read blocks, unless {@code attention_type} is
 * {@code original_full}. Every random block is the first one, as transformers evaluates it.
 */
public final class BigBirdFamily implements EncoderFamily {

  private static final String SPARSE = "block_sparse";
  private static final String FULL = "original_full";

  @Override
  public EncoderConfig config(ConfigJson json) {
    json.only("use_bias", "true");
    json.only("rescale_embeddings", "false");
    json.only("position_embedding_type", "absolute");
    EncoderConfig bert =
        EncoderConfig.ofBertNames("big_bird", json, 0, json.integer("type_vocab_size", 2), 0);
    String kind = json.text("attention_type", SPARSE);
    if (kind.equals(FULL)) {
      return bert;
    }
    if (!kind.equals(SPARSE)) {
      json.reject(
          "attention_type '%s' is not supported: use %s or %s".formatted(kind, SPARSE, FULL));
    }
    int block = Math.max(1, json.integer("block_size", 64));
    int random = Math.max(0, json.integer("num_random_blocks", 3));
    return bert.withTrained(
        Collections.nCopies(bert.layers(), new BlockSparseAttention(block, random)));
  }

  @Override
  public EncoderWeightNames weightNames() {
    EncoderWeightNames bert = new BertFamily().weightNames();
    return new EncoderWeightNames(
        bert.prefix(),
        bert.words(),
        bert.positions(),
        bert.types(),
        bert.embeddingNorm(),
        "",
        bert.layers(),
        bert.layer(),
        new EncoderWeightNames.Classification(
            "classifier.dense", HeadActivation.OF_LAYERS, "classifier.out_proj"),
        bert.maskedLm());
  }
}
