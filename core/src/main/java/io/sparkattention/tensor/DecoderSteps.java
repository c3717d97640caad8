package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One more token of every row through all layers of a decoder with dense attention, in one scripted
 * call of few operators: one product for queries, keys and values, which are rotated together; one
 * write into the cache; residuals added inside the products.
 */
public final class DecoderSteps implements AutoCloseable {

  /** Arrays of {@link Weights} before those of the first layer. */
  private static final int SHARED = 5;

  private final TorchScript script;
  private final List<Integer> windows;
  private final StepAttention attention;

  /**
   * What tells one layer from another.
   *
   * @param rotary number of its table of turns; -1 for none
   * @param window tokens that a token sees, its own included; 0 for all
   * @param scale what scores are multiplied with
   */
  public record Layer(int rotary, int window, double scale) {}

  /**
   * The tokens of a step.
   *
   * @param now (5, rows) int64: ids, positions, places in the cache, places in the row, rows of the
   *     tables of turns
   * @param span keys of the longest row, this token included
   * @param starts for each of {@link #windows()}, the first place that any row sees
   * @param even whether all rows are equally long
   */
  public record Tokens(NDArray now, int span, long[] starts, boolean even) {}

  /**
   * Keys and values that neighbouring rows share, which come before their own.
   *
   * @param arrays none, or keys and values (layers, texts, capacity, 2 · Hkv, D), and the last
   *     place of each text, (texts) int64
   * @param span places of the longest text
   * @param even whether all texts are equally long
   */
  public record Shared(TensorList arrays, int span, boolean even) {}

  private DecoderSteps(TorchScript script, List<Integer> windows, StepAttention attention) {
    this.script = script;
    this.windows = windows;
    this.attention = attention;
  }

  /** Loads the operators of a device for one form of layers. */
  public static DecoderSteps load(
      Device device, Precision precision, DecoderForm form, List<Layer> layers) {
    return load(
        device,
        LinearProducts.ofDecoders(device, precision),
        StepAttention.of(device, precision, form.headSize()),
        form,
        layers);
  }

  static DecoderSteps load(
      Device device,
      LinearProducts products,
      StepAttention attention,
      DecoderForm form,
      List<Layer> layers) {
    List<Integer> windows = layers.stream().map(Layer::window).distinct().toList();
    Map<String, String> values = form.substitutions(products);
    values.put("windows", windows.toString());
    values.put("layers", unrolled(layers, windows));
    List<String> resources = List.of("decoder-step.torchscript", attention.resource());
    return new DecoderSteps(TorchScript.load(resources, values, device), windows, attention);
  }

  private static String unrolled(List<Layer> layers, List<Integer> windows) {
    List<String> lines = new ArrayList<>();
    layers.stream()
        .map(Layer::rotary)
        .filter(rotary -> rotary >= 0)
        .distinct()
        .forEach(rotary -> lines.add(TURN.replace("%", rotary.toString())));
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      int from = SHARED + i * DecoderLayerWeights.ARRAYS;
      int view = windows.indexOf(layer.window());
      String heads = "self.heads(x, u)";
      lines.add(
          "    u = torch.slice(w, %d, %d, 1)".formatted(from, from + DecoderLayerWeights.ARRAYS));
      lines.add(
          "    x = self.layer(x, %s, u, %d, cache, places, seen, %d, starts[%d],"
                  .formatted(
                      layer.rotary() < 0
                          ? heads
                          : "self.rotate(%s, turn%d)".formatted(heads, layer.rotary()),
                      i,
                      view,
                      view)
              + " span, %d, even, shared, shared_span, alike, %s)"
                  .formatted(layer.window(), layer.scale()));
    }
    return lines.stream().collect(Collectors.joining("\n"));
  }

  private static final String TURN =
      "    turn% = torch.index_select(torch.index_select(tables[%], 0, at), 1, tables[-1])";

  /** Whether a step of uneven rows reads their lengths on the device alone, whatever the span. */
  public boolean readsAnyLength() {
    return attention == StepAttention.FLASH;
  }

  /** The different windows of the layers. */
  public List<Integer> windows() {
    return windows;
  }

  /**
   * How the heads of some positions turn.
   *
   * @param positions (N) integers
   * @param frequencies (R / 2) float32, or (N, R / 2) where they differ between positions
   * @param factor what sine and cosine are multiplied with
   * @param like of the precision to give them in
   * @return (N, 2, 2 · R): for heads that turn and for those that rest, cosines and then sines
   */
  public NDArray turns(
      NDManager scope, NDArray positions, NDArray frequencies, double factor, NDArray like) {
    return script.call(scope, "turns", positions, frequencies, factor, like).get(0);
  }

  /**
   * Reads one more token in every row, whose keys and values are written into the cache.
   *
   * @param weights word embeddings, position embeddings, last norm's weight and bias, head, then
   *     the fifteen arrays of each layer
   * @param tables a table of turns for each rotary embedding, then for each query, key and value
   *     head whether it turns (0) or rests (1), (H + 2 Hkv) int64
   * @param cache (layers, rows, capacity, 2 · Hkv, D)
   * @param shared what comes before; rows must be equally long and no layer may have a window then
   * @return (rows, vocabulary) float32, unnormalized
   */
  public NDArray step(
      NDManager scope,
      Tokens tokens,
      TensorList weights,
      TensorList tables,
      NDArray cache,
      Shared shared) {
    return script
        .call(
            scope,
            "step",
            tokens.now(),
            weights,
            tables,
            cache,
            tokens.starts(),
            tokens.span(),
            tokens.even(),
            shared.arrays(),
            shared.span(),
            shared.even())
        .get(0);
  }

  @Override
  public void close() {
    script.close();
  }
}
