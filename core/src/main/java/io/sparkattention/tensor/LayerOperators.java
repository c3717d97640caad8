package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scripted halves of a post-norm encoder layer, with the attention between them, over packed
 * batches: activations are (N, hidden), one row per real token and none for padding.
 *
 * <p>The weights of a layer are twelve arrays in the order of {@link LayerWeights}. On the CPU the
 * products go through oneDNN with the activation fused and weights reordered once, on a GPU in
 * reduced precision through cuBLASLt with the activation in the epilogue. libtorch offers both as
 * private operators: they are probed here, and {@code torch.linear} takes their place where they
 * are missing or differ.
 */
public final class LayerOperators implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LayerOperators.class);

  private final TorchScript script;
  private final LinearProducts products;
  private final Precision precision;
  private final Device device;

  private LayerOperators(
      TorchScript script, LinearProducts products, Precision precision, Device device) {
    this.script = script;
    this.products = products;
    this.precision = precision;
    this.device = device;
  }

  /**
   * Loads the operators of a device for one precision and activation: the fastest that agree with
   * {@code torch.linear} followed by the activation.
   */
  public static LayerOperators load(Device device, Precision precision, Activation activation) {
    LayerOperators plain = plain(device, precision, activation);
    LinearProducts fastest = LinearProducts.fastest(device, precision, activation);
    return fastest == LinearProducts.PLAIN
        ? plain
        : faster(plain, fastest, () -> script(device, fastest, activation));
  }

  /** The operators that every libtorch has. */
  static LayerOperators plain(Device device, Precision precision, Activation activation) {
    TorchScript script = script(device, LinearProducts.PLAIN, activation);
    return new LayerOperators(script, LinearProducts.PLAIN, precision, device);
  }

  /** Operators with other products if they can be loaded and agree with the plain ones. */
  static LayerOperators faster(
      LayerOperators plain, LinearProducts products, Supplier<TorchScript> loading) {
    TorchScript script = null;
    try {
      script = loading.get();
      if (LinearProductsCheck.agree(
          plain.script, script, products, plain.precision, plain.device)) {
        plain.close();
        return new LayerOperators(script, products, plain.precision, plain.device);
      }
      LOG.warn("{} products differ from torch.linear here and are not used", products);
    } catch (EngineException | IllegalStateException e) {
      LOG.warn(
          "{} products are missing from this libtorch, torch.linear takes their place",
          products,
          e);
    }
    if (script != null) {
      script.close();
    }
    return plain;
  }

  static TorchScript script(Device device, LinearProducts products, Activation activation) {
    return TorchScript.load(
        "layers.torchscript",
        Map.of(
            "linear",
            products.linear(),
            "activated",
            products.activated(activation),
            "activation",
            activation.script("x")),
        device);
  }

  /**
   * Operators of sublayers that multiply with weights as these do, which {@link #reorder} must have
   * passed.
   */
  public SublayerOperators sublayers(SublayerForm form) {
    return SublayerOperators.load(device, precision, form, products);
  }

  /** How weights are multiplied with. */
  LinearProducts products() {
    return products;
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
    return precision == Precision.FP32 ? weight : cast(owner, weight, precision);
  }

  /** Any array as float32. */
  public NDArray toFloat32(NDManager scope, NDArray x) {
    return cast(scope, x, Precision.FP32);
  }

  private NDArray cast(NDManager scope, NDArray x, Precision to) {
    return script.call(scope, "cast", x, to.scalarType()).get(0);
  }

  /**
   * A weight (out, in) of a layer in the form that its products want.
   *
   * @param weight in the precision of the operators
   */
  public NDArray reorder(NDManager owner, NDArray weight) {
    return products.reordersWeights() ? script.call(owner, "pack", weight).get(0) : weight;
  }

  /**
   * Sums the embeddings of words, positions and, where there are any, token types, and normalizes.
   *
   * @param ids (N) int32
   * @param positions (N) int32
   * @param types (N) int32, or null where all are 0
   * @param weights word, position, norm weight, norm bias and, for models with types, type
   *     embeddings
   * @return (N, hidden)
   */
  public NDArray embed(
      NDManager scope,
      NDArray ids,
      NDArray positions,
      NDArray types,
      EmbeddingWeights weights,
      double eps) {
    if (!weights.typed()) {
      return script.call(scope, "embed", ids, positions, weights.list(), eps).get(0);
    }
    return types == null
        ? script.call(scope, "embed_first_type", ids, positions, weights.list(), eps).get(0)
        : script.call(scope, "embed_types", ids, positions, types, weights.list(), eps).get(0);
  }

  /**
   * The first half of a layer.
   *
   * @param x (N, hidden)
   * @return query, key and value, each (N, heads, head size), views of one product
   */
  public NDList project(NDManager scope, NDArray x, int heads, LayerWeights weights) {
    return script.call(scope, "project", x, heads, weights.list());
  }

  /**
   * Query, key and value by a product of their own.
   *
   * @param weight (3 · hidden, hidden), not reordered
   * @param bias (3 · hidden)
   * @return each (N, heads, head size)
   */
  public NDList projectBy(NDManager scope, NDArray x, int heads, NDArray weight, NDArray bias) {
    return script.call(scope, "project_by", x, heads, weight, bias);
  }

  /**
   * The second half of a layer: output projection, residual, norm, feed-forward, residual, norm.
   *
   * @param x the layer's input (N, hidden)
   * @param attended what the attention gave (N, heads, head size)
   * @return (N, hidden)
   */
  public NDArray finish(
      NDManager scope, NDArray x, NDArray attended, LayerWeights weights, double eps) {
    return script.call(scope, "finish", x, attended, weights.list(), eps).get(0);
  }

  /**
   * A whole layer with dense attention in one call.
   *
   * @param x (N, hidden)
   * @return (N, hidden)
   */
  public NDArray layer(
      NDManager scope,
      NDArray x,
      int heads,
      PackedSequences sequences,
      LayerWeights weights,
      double scale,
      double eps) {
    return sequences.offsetsOnDevice() == null
        ? script
            .call(scope, "layer_runs", x, heads, sequences.runs(), weights.list(), scale, eps)
            .get(0)
        : script
            .call(
                scope,
                "layer_offsets",
                x,
                heads,
                sequences.offsetsOnDevice(),
                sequences.longest(),
                weights.list(),
                scale,
                eps)
            .get(0);
  }

  /** Rows of a (N, columns) array; {@code rows} is (R) int64. */
  public NDArray pick(NDManager scope, NDArray x, NDArray rows) {
    return script.call(scope, "pick", x, rows).get(0);
  }

  /** A linear map followed by tanh, relu or nothing, in the precision of its arguments. */
  public NDArray linear(
      NDManager scope, NDArray x, NDArray weight, NDArray bias, HeadActivation activation) {
    return script.call(scope, activation.method(), x, weight, bias).get(0);
  }

  /** The activation of the operators, alone. */
  public NDArray activate(NDManager scope, NDArray x) {
    return script.call(scope, "activate", x).get(0);
  }

  /** Layer normalization over the last axis. */
  public NDArray norm(NDManager scope, NDArray x, NDArray weight, NDArray bias, double eps) {
    return script.call(scope, "norm", x, weight, bias, eps).get(0);
  }

  @Override
  public void close() {
    script.close();
  }
}
