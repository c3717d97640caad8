package io.sparkattention.model.seq2seq;

import io.sparkattention.model.ConfigJson;

/** What tells one family of encoder-decoders from another: its configuration and its names. */
public interface Seq2SeqFamily {

  /** Reads the family's {@code config.json}; problems are noted there. */
  Seq2SeqConfig config(ConfigJson json);

  /** The names of its weights in a checkpoint. */
  Seq2SeqWeightNames weightNames(Seq2SeqConfig config);
}
