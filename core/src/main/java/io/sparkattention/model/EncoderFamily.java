package io.sparkattention.model;

/** What tells one family of post-norm encoders from another: its configuration and its names. */
public interface EncoderFamily {

  /** Reads the family's {@code config.json}; problems are noted there. */
  EncoderConfig config(ConfigJson json);

  /** The names of its weights in a checkpoint. */
  EncoderWeightNames weightNames();
}
