package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.Span;
import java.util.Random;

/**
 * A long text as attention sees it, from a seed: noise, a first token that soaks up attention, a
 * few keys that many queries read, and needles: single keys that eight queries near the end look
 * for.
 *
 * @param length tokens
 * @param size columns of a head
 */
record StructuredText(long seed, int heads, int keyValueHeads, int length, int size) {

  static final int NEEDLES = 10;
  private static final int SEEKERS = 8;
  private static final int STRIPES = 12;

  /** Where needle {@code i} lies, from the start of the text to its end. */
  int needle(int i) {
    return 8 + i * (length - 16) / NEEDLES;
  }

  /** Which queries look for needle {@code i}. */
  Span seekers(int i) {
    return new Span(length - SEEKERS * (i + 1), length - SEEKERS * i);
  }

  AttentionInput input(NDManager scope, Direction direction) {
    Random random = new Random(seed);
    float[][] keys = noise(random, keyValueHeads);
    float[][] queries = noise(random, heads);
    float[][] values = noise(random, keyValueHeads);
    int group = heads / keyValueHeads;
    for (int h = 0; h < keyValueHeads; h++) {
      float[] sink = direction(random);
      float[] stripe = direction(random);
      add(keys[h], 0, sink, 8);
      for (int i = 0; i < STRIPES; i++) {
        add(keys[h], random.nextInt(length), stripe, 8);
      }
      for (int g = 0; g < group; g++) {
        float[] query = queries[h * group + g];
        for (int t = 0; t < length; t++) {
          add(query, t, sink, 8);
          add(query, t, stripe, t / 100 % 2 == 0 ? 8 : 0);
        }
      }
      for (int i = 0; i < NEEDLES; i++) {
        float[] needle = direction(random);
        add(keys[h], needle(i), needle, 11);
        for (int g = 0; g < group; g++) {
          for (int t = seekers(i).from(); t < seekers(i).to(); t++) {
            add(queries[h * group + g], t, needle, 11);
          }
        }
      }
    }
    int[] lengths = {length};
    Site site = new Site(0, Site.Kind.SELF, Site.Phase.PREFILL);
    return AttentionInput.padded(
        array(scope, queries),
        array(scope, keys),
        array(scope, values),
        AttentionMask.self(direction, lengths),
        site,
        scope);
  }

  /**
   * The share of the weights of dense attention that a mechanism's selection holds, which is what
   * the logSumExps tell: (H * T).
   */
  float[] recall(Attention mechanism, AttentionInput input) {
    try (Attended attended = mechanism.attend(input);
        Attended dense = new DenseAttention().attend(input)) {
      float[] some = attended.logSumExp().toFloatArray();
      float[] all = dense.logSumExp().toFloatArray();
      float[] recall = new float[all.length];
      for (int i = 0; i < all.length; i++) {
        recall[i] = (float) Math.exp(some[i] - all[i]);
      }
      return recall;
    }
  }

  /** The mean over all queries of all heads. */
  static double mean(float[] recall) {
    double sum = 0;
    for (float each : recall) {
      sum += each;
    }
    return sum / recall.length;
  }

  /** The worst over the queries of all heads that look for a needle. */
  double worstNeedle(float[] recall) {
    double worst = 1;
    for (int h = 0; h < heads; h++) {
      for (int i = 0; i < NEEDLES; i++) {
        for (int t = seekers(i).from(); t < seekers(i).to(); t++) {
          worst = Math.min(worst, recall[h * length + t]);
        }
      }
    }
    return worst;
  }

  private float[][] noise(Random random, int rows) {
    float[][] all = new float[rows][length * size];
    for (float[] row : all) {
      for (int i = 0; i < row.length; i++) {
        row[i] = 0.7f * (float) random.nextGaussian();
      }
    }
    return all;
  }

  /** Of length 1. */
  private float[] direction(Random random) {
    float[] direction = new float[size];
    double sum = 0;
    for (int c = 0; c < size; c++) {
      direction[c] = (float) random.nextGaussian();
      sum += direction[c] * direction[c];
    }
    for (int c = 0; c < size; c++) {
      direction[c] /= (float) Math.sqrt(sum);
    }
    return direction;
  }

  private void add(float[] rows, int token, float[] direction, double strength) {
    for (int c = 0; c < size; c++) {
      rows[token * size + c] += (float) (strength * direction[c]);
    }
  }

  private NDArray array(NDManager scope, float[][] rows) {
    float[] all = new float[rows.length * length * size];
    for (int h = 0; h < rows.length; h++) {
      System.arraycopy(rows[h], 0, all, h * length * size, length * size);
    }
    return scope.create(all, new Shape(1, rows.length, length, size));
  }
}
