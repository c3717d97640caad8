package io.sparkattention.tensor;

import java.util.function.DoubleUnaryOperator;

/** The operators of an encoder layer in plain Java and double precision: the reference. */
final class NaiveLayer {

  private NaiveLayer() {}

  /** x (rows, in) times the transpose of w (out, in), plus b (out). */
  static double[] linear(double[] x, double[] w, double[] b) {
    int out = b.length;
    int in = w.length / out;
    int rows = x.length / in;
    double[] y = new double[rows * out];
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < out; o++) {
        double sum = b[o];
        for (int i = 0; i < in; i++) {
          sum += x[r * in + i] * w[o * in + i];
        }
        y[r * out + o] = sum;
      }
    }
    return y;
  }

  static double[] each(double[] x, DoubleUnaryOperator function) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = function.applyAsDouble(x[i]);
    }
    return y;
  }

  static double[] plus(double[] a, double[] b) {
    double[] sum = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }

  static double[] norm(double[] x, double[] weight, double[] bias, double eps) {
    int columns = weight.length;
    double[] y = new double[x.length];
    for (int start = 0; start < x.length; start += columns) {
      double mean = 0;
      for (int i = 0; i < columns; i++) {
        mean += x[start + i] / columns;
      }
      double variance = 0;
      for (int i = 0; i < columns; i++) {
        variance += (x[start + i] - mean) * (x[start + i] - mean) / columns;
      }
      for (int i = 0; i < columns; i++) {
        y[start + i] = (x[start + i] - mean) / Math.sqrt(variance + eps) * weight[i] + bias[i];
      }
    }
    return y;
  }

  static double activation(Activation activation, double x) {
    return switch (activation) {
      case GELU -> x / 2 * (1 + erf(x / Math.sqrt(2)));
      case GELU_TANH ->
          x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case RELU -> Math.max(0, x);
      case SILU -> x / (1 + Math.exp(-x));
    };
  }

  /** The error function by its series, and beyond 5 by its limit. */
  private static double erf(double x) {
    if (Math.abs(x) > 5) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 120; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  /** Softmax attention inside each sequence; qkv is (N, 3, heads, headSize). */
  static double[] attention(double[] qkv, int heads, int headSize, int[] offsets, double scale) {
    int hidden = heads * headSize;
    double[] out = new double[qkv.length / 3];
    for (int sequence = 0; sequence + 1 < offsets.length; sequence++) {
      for (int t = offsets[sequence]; t < offsets[sequence + 1]; t++) {
        for (int h = 0; h < heads; h++) {
          double total = 0;
          double[] mix = new double[headSize];
          for (int s = offsets[sequence]; s < offsets[sequence + 1]; s++) {
            double score = 0;
            for (int d = 0; d < headSize; d++) {
              score +=
                  qkv[t * 3 * hidden + h * headSize + d]
                      * qkv[s * 3 * hidden + hidden + h * headSize + d];
            }
            double weight = Math.exp(score * scale);
            total += weight;
            for (int d = 0; d < headSize; d++) {
              mix[d] += weight * qkv[s * 3 * hidden + 2 * hidden + h * headSize + d];
            }
          }
          for (int d = 0; d < headSize; d++) {
            out[t * hidden + h * headSize + d] = mix[d] / total;
          }
        }
      }
    }
    return out;
  }

  /** What comes after the attention, with the twelve arrays of {@link LayerWeights}. */
  static double[] finish(
      double[] x, double[] attended, double[][] w, Activation activation, double eps) {
    double[] y = norm(plus(x, linear(attended, w[2], w[3])), w[4], w[5], eps);
    double[] inner = each(linear(y, w[6], w[7]), a -> activation(activation, a));
    return norm(plus(y, linear(inner, w[8], w[9])), w[10], w[11], eps);
  }
}
