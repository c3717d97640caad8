package io.sparkattention.model;

import io.sparkattention.attention.AttentionMemory;
import io.sparkattention.model.decoder.Rotary;
import io.sparkattention.tensor.Angles;
import io.sparkattention.tensor.PackedSequences;
import io.sparkattention.text.TokenBatch;
import java.util.Map;

/**
 * What all layers of one forward pass share.
 *
 * @param sequences where sequences begin and end, as layers in one call want to know it; null for a
 *     family without such layers
 * @param angles of each rotary embedding
 * @param memory what mechanisms keep of the batch from layer to layer
 */
record EncoderPass(
    TokenBatch batch,
    PackedSequences sequences,
    Map<Rotary, Angles> angles,
    AttentionMemory memory) {}
