package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.stream.IntStream;

/** Attention and sums over its matrix in plain Java, entry by entry; rows count (B, H, T). */
final class NaiveAttention {

  private final AttentionCase given;
  private final float[] query;
  private final float[] key;
  private final double scale;
  private final float[] bias; // (1 or B, H, T, S), or null
  private final PlainRotation rotation; // null where keys are read where they stand
  private final RenumberedPlaces.Place queryBy; // by how much a query is turned for a key
  private final RenumberedPlaces.Place keyBy;

  NaiveAttention(AttentionCase given, AttentionInput input) {
    this(given, input, null, null, null);
  }

  /** The same where queries and keys are turned before they are multiplied. */
  NaiveAttention(
      AttentionCase given,
      AttentionInput input,
      PlainRotation rotation,
      RenumberedPlaces.Place queryBy,
      RenumberedPlaces.Place keyBy) {
    this.rotation = rotation;
    this.queryBy = queryBy;
    this.keyBy = keyBy;
    this.given = given;
    query = input.query().toFloatArray();
    key = input.key().toFloatArray();
    scale = input.scale();
    try (NDManager local = input.scope().newSubManager()) {
      bias =
          input
              .positionBias()
              .map(each -> each.block(local, 0, given.queries(), 0, given.keys()).toFloatArray())
              .orElse(null);
    }
  }

  private int sequence(int row) {
    return row / (given.heads() * given.queries());
  }

  private int head(int row) {
    return row / given.queries() % given.heads();
  }

  private int position(int row) {
    return row % given.queries();
  }

  /** Position of a query among the keys. */
  int keyPosition(int row) {
    return given.mask().queryOffsets()[sequence(row)] + position(row);
  }

  /** Row of (B, Hkv, S, columns) that belongs to a query's row and a key. */
  int keyRow(int row, int s) {
    int group = given.heads() / given.keyValueHeads();
    return (sequence(row) * given.keyValueHeads() + head(row) / group) * given.keys() + s;
  }

  boolean allows(int row, int s) {
    return given.mask().allows(sequence(row), position(row), s);
  }

  /** Whether the mask lets a query see any key. */
  boolean seesAny(int row) {
    return IntStream.range(0, given.keys()).anyMatch(s -> allows(row, s));
  }

  /** Whether a query gives any key a weight. */
  boolean readsAny(int row, float[] weights) {
    return IntStream.range(0, given.keys()).anyMatch(s -> weights[row * given.keys() + s] != 0);
  }

  double score(int row, int s) {
    int columns = given.headSize();
    double[] one = head(query, row * columns, columns);
    double[] other = head(key, keyRow(row, s) * columns, columns);
    if (rotation != null) {
      one = rotation.turned(one, queryBy.of(row, s));
      other = rotation.turned(other, keyBy.of(row, s));
    }
    double product = 0;
    for (int c = 0; c < columns; c++) {
      product += one[c] * other[c];
    }
    int at = row * given.keys() + s;
    return scale * product + (bias == null ? 0 : bias[at % bias.length]);
  }

  private static double[] head(float[] numbers, int from, int columns) {
    double[] head = new double[columns];
    for (int c = 0; c < columns; c++) {
      head[c] = numbers[from + c];
    }
    return head;
  }

  /** Over the keys with a weight. */
  double logSumExp(int row, float[] weights) {
    double sum = 0;
    for (int s = 0; s < given.keys(); s++) {
      if (weights[row * given.keys() + s] > 0) {
        sum += Math.exp(score(row, s));
      }
    }
    return Math.log(sum);
  }

  float[] logSumExps(float[] weights) {
    float[] all = new float[given.batch() * given.heads() * given.queries()];
    for (int row = 0; row < all.length; row++) {
      all[row] = (float) logSumExp(row, weights);
    }
    return all;
  }

  /** Weights over every key that the mask allows. */
  float[] denseWeights() {
    return weights(this::allows);
  }

  /** Which keys a query reads. */
  interface Reads {
    boolean key(int row, int s);
  }

  /** Weights over the keys that a rule chooses. */
  float[] weights(Reads reads) {
    int rows = given.batch() * given.heads() * given.queries();
    float[] weights = new float[rows * given.keys()];
    for (int row = 0; row < rows; row++) {
      double sum = 0;
      for (int s = 0; s < given.keys(); s++) {
        sum += reads.key(row, s) ? Math.exp(score(row, s)) : 0;
      }
      for (int s = 0; s < given.keys(); s++) {
        double exponential = reads.key(row, s) ? Math.exp(score(row, s)) : 0;
        weights[row * given.keys() + s] = (float) (sum == 0 ? 0 : exponential / sum);
      }
    }
    return weights;
  }

  /** Weights times values (B, Hkv, S, columns). */
  float[] mix(float[] weights, NDArray values) {
    int columns = (int) values.getShape().get(3);
    float[] numbers = values.toFloatArray();
    int rows = given.batch() * given.heads() * given.queries();
    float[] mixed = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int c = 0; c < columns; c++) {
        double sum = 0;
        for (int s = 0; s < given.keys(); s++) {
          sum += (double) weights[row * given.keys() + s] * numbers[keyRow(row, s) * columns + c];
        }
        mixed[row * columns + c] = (float) sum;
      }
    }
    return mixed;
  }

  /** Asserts that a mechanism attends with these weights, and so gives the output they imply. */
  void assertAttends(Attention mechanism, AttentionInput input, float[] weights) {
    String what = mechanism + " on " + given;
    try (Attended attended = mechanism.attend(input)) {
      assertClose(attended.weights(0, given.queries()).toFloatArray(), weights, what);
      assertClose(
          attended.output().toFloatArray(), mix(weights, input.value()), "output of " + what);
    }
  }

  /** Weights times columns (S, C), over all keys or over those not after the query. */
  float[] sums(float[] weights, float[] columns, boolean past) {
    int width = columns.length / given.keys();
    int rows = given.batch() * given.heads() * given.queries();
    float[] sums = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      int last = past ? given.mask().queryOffsets()[sequence(row)] + position(row) : given.keys();
      for (int c = 0; c < width; c++) {
        double sum = 0;
        for (int s = 0; s < given.keys() && s <= last; s++) {
          sum += (double) weights[row * given.keys() + s] * columns[s * width + c];
        }
        sums[row * width + c] = (float) sum;
      }
    }
    return sums;
  }

  float[] entropy(float[] weights) {
    float[] entropies = new float[weights.length / given.keys()];
    for (int row = 0; row < entropies.length; row++) {
      double sum = 0;
      for (int s = 0; s < given.keys(); s++) {
        double w = weights[row * given.keys() + s];
        sum -= w > 0 ? w * Math.log(w) : 0;
      }
      entropies[row] = (float) sum;
    }
    return entropies;
  }

  /** (B, H, S). */
  float[] received(float[] weights) {
    float[] received = new float[given.batch() * given.heads() * given.keys()];
    for (int row = 0; row < weights.length / given.keys(); row++) {
      for (int s = 0; s < given.keys(); s++) {
        received[row / given.queries() * given.keys() + s] += weights[row * given.keys() + s];
      }
    }
    return received;
  }

  /** Rows [from, to) of every sequence and head. */
  float[] rows(float[] weights, int from, int to) {
    int heads = given.batch() * given.heads();
    float[] part = new float[heads * (to - from) * given.keys()];
    for (int h = 0; h < heads; h++) {
      System.arraycopy(
          weights,
          (h * given.queries() + from) * given.keys(),
          part,
          h * (to - from) * given.keys(),
          (to - from) * given.keys());
    }
    return part;
  }
}
