package io.sparkattention.bench.findings;

/** What is counted of a model: for each document one number, of which the mean is a finding. */
enum Quantity {
  PREVIOUS_HEADS("heads ≥ ½ on previous"),
  NEXT_HEADS("heads ≥ ½ on next"),
  PREVIOUS_TOP("strongest on previous"),
  NEXT_TOP("strongest on next"),
  CURRENT_SHARE("weight on itself, all heads"),
  NEIGHBOURS_RISE("neighbours, upper − lower layers"),
  LAST_MIDDLE("[SEP], middle layers"),
  LAST_OTHERS("[SEP], other layers"),
  LAST_LESS_OTHERS("difference"),
  LAST_PIECES("[SEP], middle layers, in chunks of 128"),
  FIRST_SHARE("[CLS], all layers"),
  PUNCTUATION_RISE("punctuation, upper − lower layers"),
  SPECIAL_WEIGHTS("special tokens, share of weights"),
  SPECIAL_CONTRIBUTIONS("special tokens, share of a · ‖v‖"),
  SPECIAL_DIFFERENCE("difference"),
  BROAD_HEADS("heads with relative entropy ≥ 0.9"),
  ENTROPY("entropy relative to an even head"),
  ENTROPY_RISE("upper − lower layers"),
  DISTANCE("mean distance, tokens"),
  DISTANCE_RISE("upper − lower layers, tokens"),
  LOCAL_SHARE("weight within 15 tokens"),
  FIRST_SINKS("heads with a sink on [CLS]"),
  LAST_SINKS("heads with a sink on [SEP]"),
  SINKS_DIFFERENCE("difference"),
  OTHER_SINKS("other sinks of a head"),
  NEEDLESS_HEADS("heads that move it by ≤ 1 % alone"),
  REMOVABLE_HEADS("heads that can go together"),
  WITHIN_LAYER("within a layer, nats"),
  BETWEEN_LAYERS("between layers, nats"),
  LAYERS_DIFFERENCE("difference"),
  OUTPUT_DIMENSIONS("directions of 99 % of a head's output"),
  KEY_DIMENSIONS("directions of 90 % of a head's keys"),
  LOGIT_RANK("stable rank of scores"),
  COVERAGE("keys that hold 95 %"),
  TOP_SIXTEEN("weight on the best 16 keys"),
  COVERAGE_SPREAD("P95 − P5 of the heads"),
  MASSIVE_KEYS("massive dimensions of keys, a head"),
  MASSIVE_QUERIES("of queries"),
  MASSIVE_VALUES("of values"),
  MASSIVE_ACTIVATIONS("massive activations of a document"),
  RETRIEVAL_HEADS("heads with a retrieval score ≥ 0.1"),
  RETRIEVAL_TOP("highest retrieval score"),
  INDUCTION_TOP("highest induction score"),
  RECEIVED_AGREEMENT("received attention"),
  ROLLOUT_AGREEMENT("rollout"),
  CONTRIBUTION_AGREEMENT("token contribution"),
  ROLLOUT_LESS_RECEIVED("rollout − received"),
  CONTRIBUTION_LESS_RECEIVED("contribution − received"),
  BASIN("basin depth"),
  CONFIDENCE_AGREEMENT("ρ of confidence and ablation"),
  TOPIC_GAP("own topic − others, of an even weight"),
  LAYER_LAST("[SEP]"),
  LAYER_FIRST("[CLS]"),
  LAYER_PUNCTUATION("punctuation"),
  LAYER_ENTROPY("relative entropy"),
  LAYER_DISTANCE("mean distance"),
  HEAD_PREVIOUS("previous token"),
  HEAD_NEXT("next token"),
  HEAD_LAST("[SEP]"),
  DOCUMENT_TOKENS("tokens of a document");

  private final String header;

  Quantity(String header) {
    this.header = header;
  }

  /** How a column of a table is headed. */
  String header() {
    return header;
  }
}
