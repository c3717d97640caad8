package io.sparkattention.rerank;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.TorchEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;

/**
 * Finds the best passages of many queries in a stream of passage vectors, exactly: the likeness of
 * every query and every passage is computed, block by block as one matrix product in float32, and
 * what may be among the best is computed again as {@link BiEncoderReranker} does, so that scores
 * and order are equal to its own.
 *
 * <p>Not thread-safe; each part of a collection has its own.
 */
public final class EmbeddingFirstStage implements AutoCloseable {

  private static final int SCORES = 1 << 21; // of one block

  private final Similarity similarity;
  private final float[][] queries; // (Q, C), null where there is none
  private final double[] queryNorms; // (Q)
  private final double[] scales; // (Q), what a cosine is to be multiplied with
  private final int dimension;
  private final double margin;
  private final List<TopK> best;
  private final ExecutorService inference;
  private final NDManager owner;
  private final NDArray directions; // (C, Q), of length 1
  private final List<String> ids = new ArrayList<>();
  private final float[][] block; // (P, C)

  /**
   * @param queries their vectors; null where there is none, which finds nothing
   * @param dimension numbers in a vector
   * @param k how many passages to find for each query, at least 1
   * @param inference runs the products: libtorch keeps memory for every thread that ever ran it
   * @throws IllegalArgumentException if a query's vector has another dimension
   */
  public EmbeddingFirstStage(
      Similarity similarity,
      List<float[]> queries,
      int dimension,
      int k,
      ExecutorService inference) {
    this.similarity = similarity;
    this.inference = inference;
    this.queries = queries.toArray(float[][]::new);
    this.dimension = dimension;
    this.queryNorms = new double[this.queries.length];
    this.scales = new double[this.queries.length];
    // twice what rounding can add up to in a float32 product of vectors of length 1
    this.margin = (dimension + 16) * Math.ulp(1f);
    this.best = Stream.generate(() -> new TopK(k)).limit(this.queries.length).toList();
    this.block = new float[Math.max(16, Math.min(512, SCORES / Math.max(1, queries.size())))][];
    float[] columns = new float[dimension * this.queries.length];
    for (int q = 0; q < this.queries.length; q++) {
      float[] query = this.queries[q];
      if (query != null) {
        requireDimension("query", query);
        queryNorms[q] = Similarity.norm(query);
        scales[q] = similarity == Similarity.DOT ? queryNorms[q] : 1;
        for (int c = 0; c < dimension; c++) {
          columns[c * this.queries.length + q] = direction(query[c], queryNorms[q]);
        }
      }
    }
    this.owner = TorchEngine.newManager(Device.cpu());
    this.directions = owner.create(columns, new Shape(dimension, this.queries.length));
  }

  /**
   * Reads a passage's vector; one with numbers that are not finite is found by no query.
   *
   * @throws IllegalArgumentException if it has another dimension
   */
  public void add(String passageId, float[] vector) {
    requireDimension("passage", vector);
    block[ids.size()] = vector;
    ids.add(passageId);
    if (ids.size() == block.length) {
      search();
    }
  }

  /** What was found so far, one for each query in their order. */
  public List<TopK> result() {
    search();
    return best;
  }

  private void search() {
    if (ids.isEmpty() || queries.length == 0) {
      ids.clear();
      return;
    }
    double[] norms = new double[ids.size()];
    float[] scores = scores(norms); // (P, Q)
    double[] bars = new double[queries.length];
    for (int q = 0; q < bars.length; q++) {
      bars[q] = queries[q] == null ? Double.POSITIVE_INFINITY : best.get(q).bar();
    }
    for (int p = 0; p < norms.length; p++) {
      double scale = similarity == Similarity.DOT ? norms[p] : 1;
      int row = p * queries.length;
      for (int q = 0; q < queries.length; q++) {
        if ((scores[row + q] + margin) * scale * scales[q] >= bars[q]) {
          double score = similarity.of(queries[q], queryNorms[q], block[p], norms[p]);
          best.get(q).offer(ids.get(p), score);
          bars[q] = best.get(q).bar();
        }
      }
    }
    ids.clear();
  }

  private float[] scores(double[] norms) {
    float[] rows = new float[norms.length * dimension];
    for (int p = 0; p < norms.length; p++) {
      norms[p] = Similarity.norm(block[p]);
      for (int c = 0; c < dimension; c++) {
        rows[p * dimension + c] = direction(block[p][c], norms[p]);
      }
    }
    // not to be interrupted: the arrays must live until the product is made
    return CompletableFuture.supplyAsync(() -> product(rows), inference).join();
  }

  private float[] product(float[] rows) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray passages =
          scope.create(rows, new Shape(rows.length / dimension, dimension)); // (P, C)
      return passages.matMul(directions).toFloatArray(); // (P, Q)
    }
  }

  private static float direction(float coordinate, double norm) {
    return norm == 0 ? 0 : (float) (coordinate / norm);
  }

  private void requireDimension(String what, float[] vector) {
    if (vector.length != dimension) {
      throw new IllegalArgumentException(
          "a "
              + what
              + " vector has "
              + vector.length
              + " numbers, but "
              + dimension
              + " are expected: embed queries and passages with the same model");
    }
  }

  @Override
  public void close() {
    owner.close();
  }
}
