package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.text.TokenBatch;
import java.util.List;

/**
 * Gives every token of the vocabulary a logit at every position: an encoder with its pretraining
 * head.
 */
public final class MaskedLm {

  private final Encoder encoder;
  private final MaskedLmHead head;

  MaskedLm(Encoder encoder, MaskedLmHead head) {
    this.encoder = encoder;
    this.head = head;
  }

  /**
   * The logits of one batch in one forward pass, on the calling thread.
   *
   * @return (vocabulary) for each token of the batch, in their order
   */
  public List<float[]> logits(TokenBatch batch) {
    try (NDManager scope = encoder.owner().newSubManager()) {
      NDArray hidden = encoder.encode(scope, batch, List.of()); // (N, hidden)
      return Rows.of(head.logits(scope, hidden)); // (N, vocabulary)
    }
  }
}
