package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/**
 * The scripted halves of attention and feed-forward sublayers, as encoder-decoders have them.
 * Activations are (N, hidden), one row per real token and none for padding. The weights of a
 * sublayer are six arrays: norm weight and bias, weight and bias of the map into it, weight and
 * bias of the map out of it; where there is no bias, an array of any shape.
 */
public final class SublayerOperators implements AutoCloseable {

  private final TorchScript script;
  private final Precision precision;
  private final LinearProducts products;

  private SublayerOperators(TorchScript script, Precision precision, LinearProducts products) {
    this.script = script;
    this.precision = precision;
    this.products = products;
  }

  /** Loads the operators of a device for one form of sublayers. */
  public static SublayerOperators load(Device device, Precision precision, SublayerForm form) {
    return load(device, precision, form, LinearProducts.PLAIN);
  }

  /** As above, for few tokens at a time: {@link #reorder} must have passed the matrices. */
  public static SublayerOperators ofDecoder(Device device, Precision precision, SublayerForm form) {
    return load(device, precision, form, LinearProducts.ofDecoders(device, precision));
  }

  /** As above, with other products; {@link #side} takes plain ones alone. */
  static SublayerOperators load(
      Device device, Precision precision, SublayerForm form, LinearProducts products) {
    Map<String, String> values = form.substitutions();
    values.put("linear", products.linear());
    return new SublayerOperators(
        TorchScript.load("sublayers.torchscript", values, device), precision, products);
  }

  /** The precision of weights and activations. */
  public Precision precision() {
    return precision;
  }

  /** A float32 weight in the precision of the operators, in {@code owner}; any shape. */
  public NDArray toPrecision(NDManager owner, NDArray weight) {
    return precision == Precision.FP32
        ? weight
        : script.call(owner, "cast", weight, precision.scalarType()).get(0);
  }

  /** A matrix (out, in) in the form that products want, which may be good for nothing else. */
  public NDArray reorder(NDManager owner, NDArray weight) {
    return products.reordersWeights() ? script.call(owner, "pack", weight).get(0) : weight;
  }

  /** Word embeddings of (N) ids times a scale: (N, hidden). */
  public NDArray words(NDManager scope, NDArray ids, NDArray words, double scale) {
    return script.call(scope, "words", ids, words, scale).get(0);
  }

  /** Adds the embeddings of (N) positions. */
  public NDArray placed(NDManager scope, NDArray x, NDArray positions, NDArray table) {
    return script.call(scope, "placed", x, positions, table).get(0);
  }

  /** The norm of the operators; {@code bias} is read by layer norms alone. */
  public NDArray norm(NDManager scope, NDArray x, NDArray weight, NDArray bias) {
    return script.call(scope, "norm", x, weight, bias).get(0);
  }

  /** Query, key and value of self-attention, each (N, H, D). */
  public NDList project(NDManager scope, NDArray x, TensorList weights) {
    return script.call(scope, "project", x, weights);
  }

  /**
   * The angles of tokens.
   *
   * @param positions (N) integers
   * @param frequencies (D / 2) float32
   * @param factor what sine and cosine are multiplied with
   * @param like of the precision to give them in
   */
  public Angles angles(
      NDManager scope, NDArray positions, NDArray frequencies, double factor, NDArray like) {
    NDList both = script.call(scope, "angles", positions, frequencies, factor, like);
    return new Angles(both.get(0), both.get(1));
  }

  /** As {@link #project}, queries and keys rotated by the angles of their tokens. */
  public NDList projectRotated(NDManager scope, NDArray x, Angles angles, TensorList weights) {
    return script.call(scope, "project_rotated", x, angles.cosine(), angles.sine(), weights);
  }

  /** The query of cross-attention, (N, H, D). */
  public NDArray query(NDManager scope, NDArray x, TensorList weights) {
    return script.call(scope, "query", x, weights).get(0);
  }

  /** Keys and values of cross-attention from what was encoded, (N, 2, H, D). */
  public NDArray memory(NDManager scope, NDArray encoded, NDArray weight, NDArray bias) {
    return script.call(scope, "memory", encoded, weight, bias).get(0);
  }

  /** Keys and values of a {@link #memory}, each (N, H, D), not copied. */
  public NDList parts(NDManager scope, NDArray memory) {
    return script.call(scope, "parts", memory);
  }

  /**
   * Key and value of sums over blocks of neighbouring tokens; tokens behind the last whole block
   * belong to it.
   *
   * @param x (T, hidden) of one text of at least a block
   * @param weights of the self-attention sublayer, without biases
   * @param norm (hidden), normalizes the sums
   * @return each (T / block, H, D)
   */
  public NDList side(NDManager scope, NDArray x, TensorList weights, NDArray norm, int block) {
    return script.call(scope, "side", x, weights, norm, block);
  }

  /** Ends an attention sublayer: {@code attended} is (N, H, D). */
  public NDArray attended(NDManager scope, NDArray x, NDArray attended, TensorList weights) {
    return script.call(scope, "attended", x, attended, weights).get(0);
  }

  /** A feed-forward sublayer. */
  public NDArray feed(NDManager scope, NDArray x, TensorList weights) {
    return script.call(scope, "feed", x, weights).get(0);
  }

  /** Rows of an array along its first axis; {@code rows} is (R) int64. */
  public NDArray pick(NDManager scope, NDArray x, NDArray rows) {
    return script.call(scope, "pick", x, rows).get(0);
  }

  /**
   * A score for every token of the vocabulary.
   *
   * @param head (vocabulary, hidden)
   * @param scale what activations are multiplied with before
   * @return (R, vocabulary) float32
   */
  public NDArray logits(NDManager scope, NDArray hidden, NDArray head, double scale) {
    return script.call(scope, "logits", hidden, head, scale).get(0);
  }

  @Override
  public void close() {
    script.close();
  }
}
