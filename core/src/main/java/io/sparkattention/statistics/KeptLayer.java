package io.sparkattention.statistics;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMask;
import io.sparkattention.attention.AttentionMemory;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.GlobalProjections;
import io.sparkattention.attention.Layout;
import io.sparkattention.attention.PositionBias;
import io.sparkattention.attention.Rotation;
import io.sparkattention.attention.Site;
import io.sparkattention.attention.TextBreaks;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.Precision;
import java.util.List;

/**
 * Queries, keys and values of one layer, copied out of native memory while the model reads, so that
 * what it attended to can be asked again afterwards, one sequence at a time.
 */
final class KeptLayer {

  /** Heads of one kind, (B, heads, T, width), in row-major order. */
  private record Kept(float[] values, int heads, int tokens, int width) {

    static Kept of(AttentionInput input, NDArray array) {
      Shape shape = array.getShape();
      try (NDManager scope = input.scope().newSubManager();
          NDArray cast = AttentionArrays.on(scope).cast(scope, array, Precision.FP32)) {
        return new Kept(
            cast.toFloatArray(), (int) shape.get(1), (int) shape.get(2), (int) shape.get(3));
      }
    }

    /** One sequence without padding: (1, heads, length, width). */
    NDArray in(NDManager scope, int sequence, int length) {
      float[] own = new float[heads * length * width];
      for (int h = 0; h < heads; h++) {
        System.arraycopy(
            values,
            (sequence * heads + h) * tokens * width,
            own,
            h * length * width,
            length * width);
      }
      return scope.create(own, new Shape(1, heads, length, width));
    }

    float at(int sequence, int head, int token) {
      return values[((sequence * heads + head) * tokens + token) * width];
    }

    /** One head of one sequence: [token][column]. */
    float[][] head(int sequence, int head, int length) {
      float[][] rows = new float[length][width];
      for (int t = 0; t < length; t++) {
        int from = ((sequence * heads + head) * tokens + t) * width;
        System.arraycopy(values, from, rows[t], 0, width);
      }
      return rows;
    }
  }

  /** Of logSumExps, wide enough for reduced precision. */
  private static final double TOLERANCE = 0.02;

  private final Device device;
  private final double scale;
  private final Direction direction;
  private final PositionBias bias;
  private final Rotation rotation; // null where the model tells none
  private final TextBreaks breaks; // null where nobody tells
  private final Site site;
  private final Kept query;
  private final Kept key;
  private final Kept value;
  private final Kept logSumExp; // of width 1
  private final List<Kept> globals; // query, key and value of global tokens' own; or none

  KeptLayer(AttentionInput input, Attended attended) {
    device = input.scope().getDevice();
    scale = input.scale();
    direction = input.mask().direction();
    bias = input.bias();
    rotation = input.rotation();
    breaks = input.mask().breaks();
    site = input.site();
    query = Kept.of(input, input.query());
    key = Kept.of(input, input.key());
    value = Kept.of(input, input.value());
    globals =
        input
            .globalProjections()
            .map(
                own ->
                    List.of(
                        Kept.of(input, own.query()),
                        Kept.of(input, own.key()),
                        Kept.of(input, own.value())))
            .orElse(List.of());
    try (NDArray column = attended.logSumExp().expandDims(3)) {
      logSumExp = Kept.of(input, column);
    }
  }

  Device device() {
    return device;
  }

  int layer() {
    return site.layer();
  }

  int heads() {
    return query.heads();
  }

  double scale() {
    return scale;
  }

  float[][] queries(int sequence, int head, int length) {
    return query.head(sequence, head, length);
  }

  float[][] keys(int sequence, int head, int length) {
    return key.head(sequence, head / (query.heads() / key.heads()), length);
  }

  float[][] values(int sequence, int head, int length) {
    return value.head(sequence, head / (query.heads() / value.heads()), length);
  }

  /**
   * Attends again.
   *
   * @param scope owns what is needed for it
   * @throws IllegalStateException if the mechanism does not come to the same result
   */
  Attended replay(NDManager scope, Attention mechanism, int sequence, int length) {
    AttentionInput input =
        new AttentionInput(
            query.in(scope, sequence, length),
            key.in(scope, sequence, length),
            value.in(scope, sequence, length),
            scale,
            new Layout.Padded(1, length, length),
            AttentionMask.self(direction, new int[] {length})
                .broken(breaks == null ? null : text -> breaks.of(sequence)),
            bias,
            site,
            null,
            null,
            new AttentionMemory(scope),
            rotation == null ? null : rotation.ofSequence(sequence),
            scope);
    if (!globals.isEmpty()) {
      List<NDArray> own = globals.stream().map(each -> each.in(scope, sequence, length)).toList();
      input = input.withGlobals(new GlobalProjections(own.get(0), own.get(1), own.get(2)));
    }
    Attended again = mechanism.attend(input);
    float[] found = again.logSumExp().toFloatArray(); // (1, H, length)
    for (int i = 0; i < found.length; i++) {
      float before = logSumExp.at(sequence, i / length, i % length);
      if (Math.abs(found[i] - before) > TOLERANCE * Math.max(1, Math.abs(before))) {
        again.close();
        throw new IllegalStateException(
            "layer %d does not attend alike when it is asked again: use an attention such as dense"
                    .formatted(layer())
                + " for statistics of all layers");
      }
    }
    return again;
  }
}
