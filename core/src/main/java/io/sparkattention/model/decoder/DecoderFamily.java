package io.sparkattention.model.decoder;

import io.sparkattention.model.ConfigJson;

/** What tells one family of decoders from another: its configuration and its names. */
public interface DecoderFamily {

  /** Reads the family's {@code config.json}; problems are noted there. */
  DecoderConfig config(ConfigJson json);

  /** The names of its weights in a checkpoint. */
  DecoderWeightNames weightNames();
}
