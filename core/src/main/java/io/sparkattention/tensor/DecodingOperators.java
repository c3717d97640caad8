package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What decoding does with the scores of the next token, (R, vocabulary) float32. Results are new
 * arrays.
 */
public final class DecodingOperators {

  /** Tokens and how likely the model held them, both (R). */
  public record Chosen(int[] ids, float[] logProbabilities) {}

  /**
   * The best continuations of each text, best first, all (texts · kept).
   *
   * @param sums scores of beam and token together
   * @param places beam · vocabulary + token
   * @param logProbabilities how likely the model held the token
   */
  public record Continued(float[] sums, long[] places, float[] logProbabilities) {}

  private static final Map<Device, DecodingOperators> LOADED = new ConcurrentHashMap<>();

  private final TorchScript script;

  private DecodingOperators(Device device) {
    script = TorchScript.load("decoding.torchscript", Map.of(), device);
  }

  /** The operators of a device, loaded on the first call. */
  public static DecodingOperators on(Device device) {
    return LOADED.computeIfAbsent(device, DecodingOperators::new);
  }

  /** Logarithms of probabilities. */
  public NDArray logSoftmax(NDManager scope, NDArray scores) {
    return script.call(scope, "log_softmax", scores).get(0);
  }

  /** Makes entries impossible; {@code places} are row · vocabulary + token. */
  public NDArray hide(NDManager scope, NDArray scores, long[] places) {
    return script.call(scope, "hide", scores, Uploads.of(scope, places)).get(0);
  }

  /** Makes entries less likely: positive scores are divided, negative ones multiplied. */
  public NDArray penalize(NDManager scope, NDArray scores, long[] places, double penalty) {
    return script.call(scope, "penalize", scores, Uploads.of(scope, places), penalty).get(0);
  }

  /** Makes one token certain in each of some rows. */
  public NDArray force(NDManager scope, NDArray scores, long[] rows, long[] tokens) {
    return script
        .call(scope, "force", scores, Uploads.of(scope, rows), Uploads.of(scope, tokens))
        .get(0);
  }

  /**
   * The tokens of the highest scores.
   *
   * @param logits what the model said, unnormalized
   */
  public Chosen best(NDManager scope, NDArray scores, NDArray logits) {
    return chosen(script.call(scope, "best", scores, logits).get(0));
  }

  /** Divides by a temperature. */
  public NDArray warm(NDManager scope, NDArray scores, double temperature) {
    return script.call(scope, "warm", scores, temperature).get(0);
  }

  /** Keeps the k highest scores, and those equal to the lowest of them. */
  public NDArray topK(NDManager scope, NDArray scores, int k) {
    return script.call(scope, "top_k", scores, k).get(0);
  }

  /** Keeps the fewest tokens whose probabilities reach p (arXiv:1904.09751). */
  public NDArray topP(NDManager scope, NDArray scores, double p) {
    return script.call(scope, "top_p", scores, p).get(0);
  }

  /** Keeps tokens of at least p times the highest probability (arXiv:2407.01082). */
  public NDArray minP(NDManager scope, NDArray scores, double p) {
    return script.call(scope, "min_p", scores, p).get(0);
  }

  /**
   * Draws a token of each row.
   *
   * @param uniform one number in [0, 1) for each row
   * @param logits what the model said, unnormalized
   */
  public Chosen draw(NDManager scope, NDArray scores, float[] uniform, NDArray logits) {
    NDArray draws = Uploads.of(scope, uniform);
    return chosen(script.call(scope, "draw", scores, draws, logits).get(0));
  }

  /**
   * The rows of one of several groups of each text.
   *
   * @param scores (texts · groups · size, vocabulary)
   * @return (texts · size, vocabulary)
   */
  public NDArray group(NDManager scope, NDArray scores, int groups, int size, int group) {
    return script.call(scope, "group", scores, groups, size, group).get(0);
  }

  /** Lowers entries; {@code places} are different, and each is row · vocabulary + token. */
  public NDArray lower(NDManager scope, NDArray scores, List<Long> places, List<Double> by) {
    long[] all = places.stream().mapToLong(Long::longValue).toArray();
    float[] losses = new float[all.length];
    for (int i = 0; i < all.length; i++) {
      losses[i] = by.get(i).floatValue();
    }
    return script
        .call(scope, "lower", scores, Uploads.of(scope, all), Uploads.of(scope, losses))
        .get(0);
  }

  /**
   * The best continuations of the beams of each text.
   *
   * @param scores (texts · beams, vocabulary)
   * @param own what the model held each token for, (texts · beams, vocabulary) float32
   * @param running the score of each beam so far
   */
  public Continued continuations(
      NDManager scope, NDArray scores, NDArray own, float[] running, int beams, int kept) {
    NDArray so = Uploads.of(scope, running); // (texts · beams)
    double[] all =
        script.call(scope, "continuations", scores, own, so, beams, kept).get(0).toDoubleArray();
    int count = all.length / 3;
    return new Continued(
        floats(all, 0, count),
        Arrays.stream(all, count, 2 * count).mapToLong(each -> (long) each).toArray(),
        floats(all, 2 * count, count));
  }

  /** Reads all that was chosen at once: the program waits for the device once a step. */
  private static Chosen chosen(NDArray both) {
    double[] all = both.toDoubleArray(); // (2, R)
    int count = all.length / 2;
    return new Chosen(
        Arrays.stream(all, 0, count).mapToInt(each -> (int) each).toArray(),
        floats(all, count, count));
  }

  private static float[] floats(double[] all, int from, int count) {
    float[] some = new float[count];
    for (int i = 0; i < count; i++) {
      some[i] = (float) all[from + i];
    }
    return some;
  }
}
