package io.sparkattention.measure;

import io.sparkattention.attention.Direction;
import io.sparkattention.tensor.Span;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How one head of {@link LongInputs} attends: what directions its queries and keys share, and how
 * strongly each query asks for each, so that the exact attention has the shares that were drawn.
 *
 * <p>Columns rotate in pairs, at speeds of base 1e9 as models for long texts have them. The faster
 * half of the pairs holds what all queries and keys have in common: rotation alone makes their
 * scores fade with distance. The slower half holds directions of sinks, stripes and needles, which
 * turn little even over a long text. Needles and stripes have keys no longer than others.
 */
final class HeadPlan {

  private static final double BASE = 1e9;
  private static final int SINKS = 4;
  private static final int STRIPES = 32;
  private static final double COMMON = 16; // length of what keys share
  private static final double SPECIAL = 4; // length of what sinks, stripes and needles have besides
  private static final double SLOW_NOISE = 0.25; // deviation of keys where those directions are
  private static final int SINK = 0;
  private static final int STRIPE = 1;
  private static final int ASKED = 2;

  /**
   * What all heads of an input have alike.
   *
   * @param speeds radians a place of each pair
   * @param near the cosine of common directions by distance
   * @param slow the same of directions in the slower half
   */
  record Shared(float[] speeds, double[] near, double[] slow) {}

  private final LongInputs inputs;
  private final Shared shared;
  private final float[][] directions; // of sinks, stripes, and every needle, unit length
  private final float[] common;
  private final int[] stripes;
  private final double height; // score of a query with its own key
  private final double sinkShare;
  private final double stripeShare;
  private final double needleShare;
  private final double[] mass; // of the neighbourhood and the remainder, before every place

  private HeadPlan(LongInputs inputs, Shared shared, int head) {
    this.inputs = inputs;
    this.shared = shared;
    int size = inputs.headSize();
    int group = inputs.heads() / inputs.keyValueHeads();
    Random ofKeys = new Random(31 * inputs.seed() + head / group);
    common = unit(angles(ofKeys, size), 0, size, 0);
    directions = new float[ASKED + LongInputs.DEPTHS][];
    double[] angles = angles(ofKeys, size);
    for (int i = 0; i < directions.length; i++) {
      directions[i] = unit(angles, i, size, size / 4);
    }
    stripes =
        ofKeys
            .ints(SINKS, inputs.length() - LongInputs.QUESTION)
            .distinct()
            .limit(STRIPES)
            .sorted()
            .toArray();
    Random ofQueries = new Random(37 * inputs.seed() + head);
    height = Math.log(inputs.length()) + 3 + 3 * ofQueries.nextDouble();
    sinkShare = 0.1 + 0.4 * ofQueries.nextDouble();
    stripeShare = 0.05 + 0.2 * ofQueries.nextDouble();
    needleShare = 0.6 + 0.35 * ofQueries.nextDouble();
    mass = new double[inputs.length() + 1];
    double spread = Math.exp((height * height / (COMMON * COMMON) + 0.5) / 2);
    for (int i = 0; i < inputs.length(); i++) {
      mass[i + 1] = mass[i] + spread * Math.exp(height * shared.near[i]);
    }
  }

  static HeadPlan of(LongInputs inputs, Shared shared, int head) {
    return new HeadPlan(inputs, shared, head);
  }

  static Shared shared(LongInputs inputs) {
    int pairs = inputs.headSize() / 2;
    float[] speeds = new float[pairs];
    for (int i = 0; i < pairs; i++) {
      speeds[i] = (float) Math.pow(BASE, -(double) i / pairs);
    }
    double[] near = new double[inputs.length()];
    double[] slow = new double[inputs.length()];
    for (int i = 0; i < inputs.length(); i++) {
      near[i] = cosine(speeds, 0, pairs / 2, i);
      slow[i] = cosine(speeds, pairs / 2, pairs, i);
    }
    return new Shared(speeds, near, slow);
  }

  private static double cosine(float[] speeds, int from, int to, int distance) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += Math.cos(speeds[i] * (double) distance);
    }
    return sum / (to - from);
  }

  /** Angles for a half of the pairs. */
  private static double[] angles(Random random, int size) {
    return random.doubles(size / 4, 0, 2 * Math.PI).toArray();
  }

  /**
   * A direction with equal parts in half of the pairs, from pair {@code first} on. Directions of
   * other numbers are orthogonal to it, and stay so while all pairs turn by about the same.
   */
  private static float[] unit(double[] angles, int number, int size, int first) {
    int pairs = angles.length;
    double part = 1 / Math.sqrt(pairs);
    float[] direction = new float[size];
    for (int i = 0; i < pairs; i++) {
      double apart = 2 * Math.PI * number * i / pairs + Math.PI / 2 * (number / pairs);
      direction[first + i] = (float) (part * Math.cos(angles[i] + apart));
      direction[size / 2 + first + i] = (float) (part * Math.sin(angles[i] + apart));
    }
    return direction;
  }

  int[] stripes() {
    return stripes;
  }

  Shared shared() {
    return shared;
  }

  /** What all queries share: (D). */
  float[] queryCommon() {
    return scaled(common, height * Math.sqrt(inputs.headSize()) / COMMON);
  }

  /** What all keys share: (D). */
  float[] keyCommon() {
    return scaled(common, COMMON);
  }

  /** The deviation of keys in each column: (D). */
  float[] keyDeviation() {
    int half = inputs.headSize() / 2;
    float[] deviation = new float[inputs.headSize()];
    for (int i = 0; i < deviation.length; i++) {
      deviation[i] = (float) (i % half < half / 2 ? 1 : SLOW_NOISE);
    }
    return deviation;
  }

  /** Places of sinks, stripes and needles. */
  long[] places() {
    IntStream needles =
        IntStream.range(0, LongInputs.DEPTHS)
            .mapToObj(inputs::needle)
            .flatMapToInt(needle -> IntStream.range(needle.from(), needle.to()));
    return IntStream.concat(
            IntStream.concat(IntStream.range(0, SINKS), IntStream.of(stripes)), needles)
        .asLongStream()
        .toArray();
  }

  /** What the keys at {@link #places} have besides: (places, D). */
  float[][] placeDirections() {
    return IntStream.range(0, SINKS + stripes.length + LongInputs.DEPTHS * LongInputs.NEEDLE)
        .map(
            i ->
                i < SINKS
                    ? SINK
                    : i < SINKS + stripes.length
                        ? STRIPE
                        : ASKED + (i - SINKS - stripes.length) / LongInputs.NEEDLE)
        .mapToObj(direction -> scaled(directions[direction], SPECIAL))
        .toArray(float[][]::new);
  }

  /** The directions that queries ask for: sinks, stripes, the needle at a depth. */
  float[][] directions(int depth) {
    return new float[][] {directions[SINK], directions[STRIPE], directions[ASKED + depth]};
  }

  /** How strongly each query asks for each of {@link #directions}: (rows, 3). */
  float[][] strengths(int depth, int first, int rows) {
    float[][] strengths = new float[rows][];
    for (int i = 0; i < rows; i++) {
      strengths[i] = strengths(depth, first + i);
    }
    return strengths;
  }

  private float[] strengths(int depth, int row) {
    double near = mass[row + 1];
    if (seesAhead()) {
      near += mass[inputs.length() - row] - mass[1];
    }
    double all = near / (1 - sinkShare - stripeShare);
    boolean asks = row >= inputs.length() - LongInputs.QUESTION;
    Span needle = inputs.needle(depth);
    double striped = 0;
    for (int stripe : stripes) {
      striped += stripe <= row || seesAhead() ? near(row, stripe) : 0;
    }
    double[] has = {0, 0};
    IntStream.range(0, SINKS).forEach(i -> has[0] += near(row, i));
    IntStream.range(needle.from(), needle.to()).forEach(i -> has[1] += near(row, i));
    double asked = needleShare / (1 - needleShare) * all;
    return new float[] {
      strength(sinkShare * all, has[0], row),
      strength(stripeShare * all, striped, row / 2),
      asks ? strength(asked, has[1], row - needle.from()) : 0
    };
  }

  private boolean seesAhead() {
    return inputs.direction() == Direction.BIDIRECTIONAL;
  }

  /** What a key has by its distance alone. */
  private double near(int row, int place) {
    int distance = Math.abs(row - place);
    return mass[distance + 1] - mass[distance];
  }

  /** How strongly to ask, so that keys at a distance have a mass instead of what they have. */
  private float strength(double mass, double has, int distance) {
    if (has == 0 || mass <= has) {
      return 0;
    }
    double score = Math.log(mass / has);
    return (float) (score * Math.sqrt(inputs.headSize()) / (SPECIAL * shared.slow[distance]));
  }

  private static float[] scaled(float[] x, double factor) {
    float[] scaled = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      scaled[i] = (float) (factor * x[i]);
    }
    return scaled;
  }
}
