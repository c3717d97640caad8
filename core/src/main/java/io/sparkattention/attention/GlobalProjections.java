package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;

/**
 * The projections by which global tokens read the text where a model has others for them than for
 * windows. Longformer (arXiv:2004.05150). They lie as the arrays of the call do. What a global
 * token gives then is made of these values, so that for its row {@link Attended#output} differs
 * from {@link Attended#mix} of the call's values.
 *
 * @param query as the query of the call; only rows of global tokens are read
 * @param key as the key of the call
 * @param value as the value of the call
 */
public record GlobalProjections(NDArray query, NDArray key, NDArray value) {}
