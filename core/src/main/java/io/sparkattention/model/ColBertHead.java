package io.sparkattention.model;

/**
 * What makes an encoder a ColBERT model.
 *
 * @param reading how it reads queries and passages
 * @param projection from activations to the vectors that are compared
 */
record ColBertHead(ColBertReading reading, TokenProjection projection) {}
