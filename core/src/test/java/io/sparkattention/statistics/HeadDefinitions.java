package io.sparkattention.statistics;

import io.sparkattention.attention.Direction;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What statistics of heads are by definition: loops over a full matrix [query][key] of a sequence
 * whose tokens are {@link NaiveStatistics#tokens}.
 */
final class HeadDefinitions {

  /** What a head's number is made of. */
  record Head(double[] tokens, double head) {
    static Head mean(double[] tokens) {
      return new Head(tokens, NaiveStatistics.mean(tokens));
    }
  }

  /** A number of the weight from t to s. */
  @FunctionalInterface
  private interface Weighted {
    double of(double[][] w, int t, int s);
  }

  private HeadDefinitions() {}

  static Map<String, Function<double[][], Head>> all(Direction direction) {
    Map<String, Function<double[][], Head>> all = new LinkedHashMap<>();
    all.put("offset-share", w -> given(w, (m, t, s) -> s == t - 1 ? 1 : 0, t -> t > 0));
    all.put("offset-share:from=0,to=0", w -> given(w, (m, t, s) -> s == t ? 1 : 0, t -> true));
    all.put(
        "offset-share:from=1,to=3",
        w -> given(w, (m, t, s) -> s > t && s <= t + 3 ? 1 : 0, t -> t < w.length - 1));
    all.put(
        "local-share:window=4", w -> given(w, (m, t, s) -> Math.abs(s - t) < 4 ? 1 : 0, t -> true));
    all.put(
        "windowed-distance:window=6",
        w -> given(w, (m, t, s) -> Math.min(6, Math.abs(t - s)), t -> true));
    all.put(
        "position-share:part=2,parts=4",
        w -> given(w, (m, t, s) -> s * 4 / w.length == 1 ? 1 : 0, t -> true));
    all.put("basin-depth:parts=5", HeadDefinitions::basin);
    all.put(
        "focus-score",
        w -> given(w, (m, t, s) -> marked(w, s) ? 1 : 0, t -> t == w.length - 1 && w.length > 1));
    all.put(
        "focus-score:from=all",
        w -> given(w, (m, t, s) -> marked(w, s) ? 1 : 0, t -> w.length > 1));
    all.put("lookback-ratio", w -> lookback(w, direction));
    all.put("source-decay", HeadDefinitions::decay);
    all.put("non-initial-sinks:alpha=1.2", w -> sinks(w, 1.2));
    all.put(
        "decayed-attention:factor=0.9",
        w -> received(w, (m, t, s) -> Math.pow(0.9, w.length - 1 - t)));
    all.put("future-influence:nearest=2,farthest=7", HeadDefinitions::influence);
    all.put("head-confidence", w -> rows(w, row -> Arrays.stream(row).max().orElseThrow()));
    all.put(
        "saturated-queries:threshold=0.4",
        w -> rows(w, row -> Arrays.stream(row).anyMatch(x -> x > 0.4) ? 1.0 : 0.0));
    all.put("coverage-keys:mass=0.8", w -> rows(w, row -> (double) fewest(row, 0.8)));
    all.put("block-sparsity:block=4,mass=0.7", w -> blocks(w, direction));
    all.put("top-k-mass:k=3", w -> rows(w, row -> top(row, 3)));
    all.put("aligned-position", w -> rows(w, HeadDefinitions::heaviest));
    all.put("pattern-relevance", w -> pattern(w, PatternRelevance.Pattern.SAME_SENTENCE));
    all.put(
        "pattern-relevance:pattern=same-token",
        w -> pattern(w, PatternRelevance.Pattern.SAME_TOKEN));
    return all;
  }

  private static boolean marked(double[][] w, int s) {
    return NaiveStatistics.tokens(w.length).marked()[s];
  }

  private static Head given(double[][] w, Weighted factor, IntPredicate defined) {
    double[] tokens = new double[w.length];
    for (int t = 0; t < w.length; t++) {
      tokens[t] = defined.test(t) ? 0 : Double.NaN;
      for (int s = 0; s < w.length; s++) {
        tokens[t] += w[t][s] * factor.of(w, t, s);
      }
    }
    return Head.mean(tokens);
  }

  private static Head received(double[][] w, Weighted factor) {
    double[] tokens = new double[w.length];
    for (int t = 0; t < w.length; t++) {
      for (int s = 0; s < w.length; s++) {
        tokens[s] += w[t][s] * factor.of(w, t, s);
      }
    }
    return Head.mean(tokens);
  }

  private static Head rows(double[][] w, Function<double[], Double> number) {
    return Head.mean(Arrays.stream(w).mapToDouble(number::apply).toArray());
  }

  private static double top(double[] row, int k) {
    double[] sorted = Arrays.stream(row).sorted().toArray();
    return Arrays.stream(sorted, Math.max(0, sorted.length - k), sorted.length).sum();
  }

  private static double heaviest(double[] row) {
    double most = Arrays.stream(row).max().orElseThrow();
    return IntStream.range(0, row.length).filter(s -> row[s] == most).findFirst().orElseThrow()
        / (double) row.length;
  }

  private static Head basin(double[][] w) {
    double[] tokens = new double[w.length];
    for (int t = 0; t < w.length; t++) {
      double[] parts = new double[5];
      for (int s = 0; s < w.length; s++) {
        parts[s * 5 / w.length] += w[t][s];
      }
      double edge = (parts[0] + parts[4]) / 2;
      double middle = (parts[1] + parts[2] + parts[3]) / 3;
      tokens[t] = w.length < 5 ? Double.NaN : (edge - middle) / (edge + middle);
    }
    return Head.mean(tokens);
  }

  private static Head lookback(double[][] w, Direction direction) {
    double[] tokens = new double[w.length];
    for (int t = 0; t < w.length; t++) {
      double[] sums = new double[2];
      double[] counts = new double[2];
      for (int s = 0; s < w.length; s++) {
        if (direction == Direction.BIDIRECTIONAL || s <= t) {
          int kind = marked(w, s) ? 0 : 1;
          sums[kind] += w[t][s];
          counts[kind]++;
        }
      }
      double context = sums[0] / counts[0];
      double rest = sums[1] / counts[1];
      tokens[t] = w.length < 2 || marked(w, t) ? Double.NaN : context / (context + rest);
    }
    return Head.mean(tokens);
  }

  private static Head decay(double[][] w) {
    double[] shares =
        given(w, (m, t, s) -> marked(w, s) ? 1 : 0, t -> w.length > 1 && !marked(w, t)).tokens();
    double[] at =
        IntStream.range(0, w.length)
            .filter(t -> !Double.isNaN(shares[t]))
            .asDoubleStream()
            .toArray();
    double[] y = Arrays.stream(shares).filter(x -> !Double.isNaN(x)).toArray();
    double meanT = Arrays.stream(at).average().orElse(Double.NaN);
    double mean = Arrays.stream(y).average().orElse(Double.NaN);
    double top = 0;
    double bottom = 0;
    for (int i = 0; i < y.length; i++) {
      top += (at[i] - meanT) * (y[i] - mean);
      bottom += (at[i] - meanT) * (at[i] - meanT);
    }
    return new Head(shares, y.length < 2 ? Double.NaN : 100 * top / bottom);
  }

  private static Head sinks(double[][] w, double alpha) {
    double[] tokens = NaiveStatistics.received(w);
    for (int s = 0; s < w.length; s++) {
      boolean sink = tokens[s] / w.length > alpha / w.length;
      tokens[s] = s == 0 ? Double.NaN : sink ? 1 : 0;
    }
    return Head.mean(tokens);
  }

  private static Head influence(double[][] w) {
    double[] tokens = new double[w.length];
    for (int s = 0; s < w.length; s++) {
      int count = 0;
      for (int t = s + 2; t <= s + 7 && t < w.length; t++) {
        tokens[s] += w[t][s];
        count++;
      }
      tokens[s] = count == 0 ? Double.NaN : tokens[s] / count;
    }
    return Head.mean(tokens);
  }

  private static int fewest(double[] parts, double mass) {
    double[] sorted = parts.clone();
    Arrays.sort(sorted);
    double sum = 0;
    int count = 0;
    while (sum < mass) {
      count++;
      sum += sorted[sorted.length - count];
    }
    return count;
  }

  private static Head blocks(double[][] w, Direction direction) {
    double[] tokens = new double[w.length];
    for (int t = 0; t < w.length; t++) {
      int keys = direction == Direction.CAUSAL ? t + 1 : w.length;
      double[] blocks = new double[(keys + 3) / 4];
      for (int s = 0; s < keys; s++) {
        blocks[s / 4] += w[t][s];
      }
      tokens[t] = 1 - fewest(blocks, 0.7) / (double) blocks.length;
    }
    return Head.mean(tokens);
  }

  private static Head pattern(double[][] w, PatternRelevance.Pattern pattern) {
    double[] tokens = new double[w.length];
    SequenceTokens known = NaiveStatistics.tokens(w.length);
    for (int t = 0; t < w.length; t++) {
      int keys = 0;
      for (int s = 0; s < w.length; s++) {
        boolean on =
            pattern == PatternRelevance.Pattern.SAME_TOKEN
                ? s != t && s % 5 == t % 5
                : known.sentences()[s] == known.sentences()[t];
        tokens[t] += on ? w[t][s] : 0;
        keys += on ? 1 : 0;
      }
      boolean edge = t == 0 || t == w.length - 1;
      tokens[t] = keys == 0 || edge ? Double.NaN : tokens[t];
    }
    return Head.mean(tokens);
  }
}
