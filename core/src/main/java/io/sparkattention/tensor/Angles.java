package io.sparkattention.tensor;

import ai.djl.ndarray.NDArray;

/**
 * What rotates the heads of some tokens (RoFormer, arXiv:2104.09864).
 *
 * @param cosine (N, 1, R), R columns of a head being rotated
 * @param sine (N, 1, R), the first half negated
 */
public record Angles(NDArray cosine, NDArray sine) {}
