package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * The scripted halves of a pre-norm decoder layer. Activations are (N, hidden), one row per real
 * token and none for padding.
 */
public final class DecoderOperators implements AutoCloseable {

  private final TorchScript script;
  private final Precision precision;
  private final Device device;
  private final LinearProducts products;

  private DecoderOperators(
      TorchScript script, Precision precision, Device device, LinearProducts products) {
    this.script = script;
    this.products = products;
    this.precision = precision;
    this.device = device;
  }

  /** Loads the operators of a device for one form of layers. */
  public static DecoderOperators load(Device device, Precision precision, DecoderForm form) {
    LinearProducts products = LinearProducts.ofDecoders(device, precision);
    TorchScript script =
        TorchScript.load("decoder.torchscript", form.substitutions(products), device);
    return new DecoderOperators(script, precision, device, products);
  }

  /** The precision of weights and activations. */
  public Precision precision() {
    return precision;
  }

  /** The device that the operators were loaded on. */
  public Device device() {
    return device;
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

  /** Any array as float32. */
  public NDArray toFloat32(NDManager scope, NDArray x) {
    return script.call(scope, "cast", x, Precision.FP32.scalarType()).get(0);
  }

  /**
   * The embeddings of tokens.
   *
   * @param ids (N) integers
   * @param positions (N) integers; read where positions are embedded
   * @param weights word embeddings (vocabulary, hidden) and position embeddings
   * @return (N, hidden)
   */
  public NDArray embed(NDManager scope, NDArray ids, NDArray positions, TensorList weights) {
    return script.call(scope, "embed", ids, positions, weights).get(0);
  }

  /**
   * The angles of tokens.
   *
   * @param positions (N) integers
   * @param frequencies (R / 2) float32, or (N, R / 2) where they differ between tokens
   * @param factor what sine and cosine are multiplied with
   * @param like of the precision to give them in
   */
  public Angles angles(
      NDManager scope, NDArray positions, NDArray frequencies, double factor, NDArray like) {
    NDList both = script.call(scope, "angles", positions, frequencies, factor, like);
    return new Angles(both.get(0), both.get(1));
  }

  /**
   * Rotates heads.
   *
   * @param x (N, heads, D)
   * @return (N, heads, D)
   */
  public NDArray rotate(NDManager scope, NDArray x, Angles angles) {
    return script.call(scope, "rotate", x, angles.cosine(), angles.sine()).get(0);
  }

  /**
   * The first half of a layer.
   *
   * @param x (N, hidden)
   * @param angles null where heads are not rotated
   * @return query (N, H, D), key and value (N, Hkv, D)
   */
  public NDList project(NDManager scope, NDArray x, Angles angles, DecoderLayerWeights weights) {
    return angles == null
        ? script.call(scope, "project", x, weights.list())
        : script.call(scope, "project_rotated", x, angles.cosine(), angles.sine(), weights.list());
  }

  /**
   * The second half of a layer.
   *
   * @param x the layer's input (N, hidden)
   * @param attended what the attention gave (N, H, D)
   * @return (N, hidden)
   */
  public NDArray finish(NDManager scope, NDArray x, NDArray attended, DecoderLayerWeights weights) {
    return script.call(scope, "finish", x, attended, weights.list()).get(0);
  }

  /** Rows of a (N, columns) array; {@code rows} is (R) int64. */
  public NDArray pick(NDManager scope, NDArray x, NDArray rows) {
    return script.call(scope, "pick", x, rows).get(0);
  }

  /** The norm of the operators; {@code bias} is read by layer norms alone. */
  public NDArray norm(NDManager scope, NDArray x, NDArray weight, NDArray bias) {
    return script.call(scope, "norm", x, weight, bias).get(0);
  }

  /**
   * A score for every token of the vocabulary.
   *
   * @param hidden (R, hidden)
   * @param head (vocabulary, hidden)
   * @return (R, vocabulary) float32
   */
  public NDArray logits(NDManager scope, NDArray hidden, NDArray head) {
    NDArray scores = script.call(scope, "scores", hidden, head).get(0); // (R, vocabulary)
    return precision == Precision.FP32 ? scores : toFloat32(scope, scores);
  }

  @Override
  public void close() {
    script.close();
  }
}
