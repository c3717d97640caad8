package io.sparkattention.model.decoder;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cache policies over one layer as their papers tell them, key by key. Weights over the keys that
 * stay are those over all keys, scaled to add up to 1.
 */
abstract class NaiveEviction {

  private final double[][][] all; // weights of a full read: [head][query][key]
  private final double[][][] values; // [key and value head][key][column]
  private final int budget;
  private final int group;

  NaiveEviction(double[][][] all, double[][][] values, int budget) {
    this.all = all;
    this.values = values;
    this.budget = budget;
    this.group = all.length / values.length;
  }

  int group() {
    return group;
  }

  /** Which keys each head holds before each token after the prompt. */
  List<List<List<Integer>>> kept(int prompt) {
    List<List<List<Integer>>> steps = new ArrayList<>();
    int length = all[0].length;
    for (int head = 0; head < values.length; head++) {
      double[] mass = new double[length];
      List<Integer> kept = new ArrayList<>(IntStream.range(0, prompt).boxed().toList());
      ofPrompt(mass, head, prompt);
      drop(kept, mass, head, prompt);
      for (int t = prompt; t < length; t++) {
        if (steps.size() == t - prompt) {
          steps.add(new ArrayList<>());
        }
        steps.get(t - prompt).add(List.copyOf(kept));
        kept.add(t);
        ofToken(mass, head, t, kept);
        drop(kept, mass, head, t + 1);
      }
    }
    return steps;
  }

  private void drop(List<Integer> kept, double[] mass, int head, int length) {
    double[] scores = scores(kept, mass, head, length);
    List<Integer> best =
        IntStream.range(0, kept.size())
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
            .limit(budget)
            .map(kept::get)
            .sorted()
            .toList();
    kept.clear();
    kept.addAll(best);
  }

  abstract void ofPrompt(double[] mass, int head, int prompt);

  abstract void ofToken(double[] mass, int head, int t, List<Integer> kept);

  /** What each of the kept keys is worth. */
  abstract double[] scores(List<Integer> kept, double[] mass, int head, int length);

  /** The weights of a query over some keys, summed over the heads that share a key. */
  double[] row(int keyHead, int t, List<Integer> kept) {
    double[] row = new double[all[0].length];
    for (int h = keyHead * group; h < (keyHead + 1) * group; h++) {
      double sum = 0;
      for (int s : kept) {
        sum += all[h][t][s];
      }
      for (int s : kept) {
        row[s] += all[h][t][s] / sum;
      }
    }
    return row;
  }

  int heads() {
    return values.length;
  }

  /** How far the mean of values moves without each key, found by leaving it out. */
  double[] outputErrors(List<Integer> kept, double[] mass, int head) {
    double[] errors = new double[kept.size()];
    double[] whole = mean(kept, mass, head, -1);
    for (int i = 0; i < errors.length; i++) {
      double[] without = mean(kept, mass, head, kept.get(i));
      double square = 0;
      for (int c = 0; c < whole.length; c++) {
        square += (whole[c] - without[c]) * (whole[c] - without[c]);
      }
      errors[i] = Math.sqrt(square);
    }
    return errors;
  }

  private double[] mean(List<Integer> kept, double[] mass, int head, int left) {
    double[] mean = new double[values[head][0].length];
    double sum = 0;
    for (int s : kept) {
      if (s != left) {
        sum += mass[s];
        for (int c = 0; c < mean.length; c++) {
          mean[c] += mass[s] * values[head][s][c];
        }
      }
    }
    for (int c = 0; c < mean.length; c++) {
      mean[c] /= sum;
    }
    return mean;
  }

  /** Sums of weights that fade, and the last keys. */
  static class Accumulated extends NaiveEviction {

    private final double forgetting;
    private final int recent;

    Accumulated(double[][][] all, double[][][] values, int budget, double forgetting, int recent) {
      super(all, values, budget);
      this.forgetting = forgetting;
      this.recent = recent;
    }

    @Override
    void ofPrompt(double[] mass, int head, int prompt) {
      for (int t = 0; t < prompt; t++) {
        ofToken(mass, head, t, IntStream.rangeClosed(0, t).boxed().toList());
      }
    }

    @Override
    void ofToken(double[] mass, int head, int t, List<Integer> kept) {
      double[] row = row(head, t, kept);
      for (int s = 0; s < row.length; s++) {
        mass[s] = forgetting * mass[s] + row[s];
      }
    }

    @Override
    double[] scores(List<Integer> kept, double[] mass, int head, int length) {
      return kept.stream()
          .mapToDouble(s -> s >= length - recent ? 1e9 + s : worth(kept, mass, head, s))
          .toArray();
    }

    double worth(List<Integer> kept, double[] mass, int head, int key) {
      return mass[key];
    }
  }

  /** Weighs keys as another, and drops by the change of the output. */
  static final class ByOutput extends Accumulated {

    ByOutput(double[][][] all, double[][][] values, int budget, int recent) {
      super(all, values, budget, 1, recent);
    }

    @Override
    double worth(List<Integer> kept, double[] mass, int head, int key) {
      return outputErrors(kept, mass, head)[kept.indexOf(key)];
    }
  }

  /** The last query alone, on the mean of all heads. */
  static final class LastQuery extends NaiveEviction {

    private double[][] rows;

    LastQuery(double[][][] all, double[][][] values, int budget) {
      super(all, values, budget);
    }

    @Override
    void ofPrompt(double[] mass, int head, int prompt) {
      ofToken(mass, head, prompt - 1, IntStream.range(0, prompt).boxed().toList());
    }

    @Override
    void ofToken(double[] mass, int head, int t, List<Integer> kept) {
      rows = new double[heads()][];
      for (int h = 0; h < heads(); h++) {
        rows[h] = row(h, t, kept); // all heads keep the same keys
      }
    }

    @Override
    double[] scores(List<Integer> kept, double[] mass, int head, int length) {
      return kept.stream()
          .mapToDouble(s -> IntStream.range(0, heads()).mapToDouble(h -> rows[h][s]).sum())
          .toArray();
    }
  }

  /** The last queries of the prompt, averaged over neighbours. */
  static final class OfPrompt extends NaiveEviction {

    private final int window;
    private final int kernel;

    OfPrompt(double[][][] all, double[][][] values, int budget, int window, int kernel) {
      super(all, values, budget);
      this.window = window;
      this.kernel = kernel;
    }

    @Override
    void ofPrompt(double[] mass, int head, int prompt) {
      double[] sums = new double[prompt];
      for (int t = prompt - window; t < prompt; t++) {
        double[] row = row(head, t, IntStream.rangeClosed(0, t).boxed().toList());
        for (int s = 0; s <= t; s++) {
          sums[s] += row[s];
        }
      }
      for (int s = 0; s < prompt; s++) {
        if (s >= prompt - window) {
          mass[s] = sums[s];
          continue;
        }
        for (int n = s - kernel / 2; n <= s + kernel / 2; n++) {
          mass[s] += n < 0 || n >= prompt - window ? 0 : sums[n] / kernel;
        }
      }
    }

    @Override
    void ofToken(double[] mass, int head, int t, List<Integer> kept) {
      mass[t] = 1e9 + t;
    }

    @Override
    double[] scores(List<Integer> kept, double[] mass, int head, int length) {
      return kept.stream().mapToDouble(s -> s >= length - window ? 1e9 + s : mass[s]).toArray();
    }
  }
}
