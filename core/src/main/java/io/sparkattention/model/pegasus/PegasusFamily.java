package io.sparkattention.model.pegasus;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.bart.BartFamily;
import io.sparkattention.model.seq2seq.Seq2SeqConfig;
import io.sparkattention.model.seq2seq.Seq2SeqConfig.Part;
import io.sparkattention.model.seq2seq.Seq2SeqFamily;
import io.sparkattention.model.seq2seq.Seq2SeqWeightNames;
import io.sparkattention.tensor.NormPlace;
import java.util.Set;

/** PEGASUS: BART with norms before each sublayer and after the last layer. */
public final class PegasusFamily implements Seq2SeqFamily {

  @Override
  public Seq2SeqConfig config(ConfigJson json) {
    return BartFamily.config(
        "pegasus",
        json,
        NormPlace.BEFORE,
        BartFamily.positions(json, 0),
        Set.of(Part.FINAL_NORM, Part.LOGIT_BIAS, Part.SINUSOIDS));
  }

  @Override
  public Seq2SeqWeightNames weightNames(Seq2SeqConfig config) {
    return BartFamily.names("", "layer_norm");
  }
}
