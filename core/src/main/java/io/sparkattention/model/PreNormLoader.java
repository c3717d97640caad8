package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.TensorList;
import io.sparkattention.weights.WeightReader;
import java.util.ArrayList;
import java.util.List;

/** Brings a pre-norm encoder's weights from a checkpoint to a device. No map has a bias. */
final class PreNormLoader {

  private final EncoderConfig config;
  private final EncoderWeightNames names;
  private final WeightReader reader;

  PreNormLoader(EncoderConfig config, EncoderWeightNames names, WeightReader reader) {
    this.config = config;
    this.names = names;
    this.reader = reader;
  }

  /** Says what such an encoder needs; problems are kept for the reader's check. */
  void require() {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    EncoderWeightNames.Layer layer = names.layer();
    reader.require(names.words() + ".weight", config.vocabSize(), hidden);
    reader.require(names.embeddingNorm() + ".weight", hidden);
    reader.require(names.finalNorm() + ".weight", hidden);
    for (int i = 0; i < config.layers(); i++) {
      String at = names.layers() + i + ".";
      if (i > 0) { // the first layer reads what the norm of the embeddings gave
        reader.require(at + layer.attentionNorm() + ".weight", hidden);
      }
      reader.require(at + layer.query() + ".weight", 3 * hidden, hidden);
      reader.require(at + layer.output() + ".weight", hidden, hidden);
      reader.require(at + layer.outputNorm() + ".weight", hidden);
      reader.require(at + layer.up() + ".weight", 2 * inner, hidden);
      reader.require(at + layer.down() + ".weight", hidden, inner);
    }
  }

  /**
   * Loads what was required.
   *
   * @param owner owns the arrays from here on
   */
  PreNormWeights load(NDManager owner, LayerOperators operators) {
    List<PreNormWeights.Layer> layers = new ArrayList<>();
    try {
      Arrays arrays = new Arrays(owner, operators);
      for (int i = 0; i < config.layers(); i++) {
        layers.add(layer(arrays, i));
      }
      return new PreNormWeights(
          owner,
          arrays.of(names.words()),
          arrays.norm(names.embeddingNorm()),
          layers,
          arrays.norm(names.finalNorm()));
    } catch (RuntimeException | Error e) {
      layers.forEach(PreNormWeights.Layer::close); // their lists hold the arrays
      throw e;
    }
  }

  private PreNormWeights.Layer layer(Arrays arrays, int index) {
    EncoderWeightNames.Layer layer = names.layer();
    String at = names.layers() + index + ".";
    List<NDArray> norm =
        index == 0 ? List.of(arrays.zeros, arrays.zeros) : arrays.norm(at + layer.attentionNorm());
    return new PreNormWeights.Layer(
        arrays.sublayer(norm, at + layer.query(), at + layer.output()),
        arrays.sublayer(arrays.norm(at + layer.outputNorm()), at + layer.up(), at + layer.down()));
  }

  /** The arrays of a checkpoint on the device. */
  private final class Arrays {

    private final NDManager owner;
    private final LayerOperators operators;
    private final NDArray zeros; // (hidden), the bias of norms

    Arrays(NDManager owner, LayerOperators operators) {
      this.owner = owner;
      this.operators = operators;
      this.zeros = operators.toPrecision(owner, owner.zeros(new Shape(config.hiddenSize())));
    }

    NDArray of(String name) {
      return EncoderLoader.loaded(reader, owner, operators, name + ".weight");
    }

    List<NDArray> norm(String name) {
      return List.of(of(name), zeros);
    }

    /** A matrix as products want it. */
    NDArray matrix(String name) {
      NDArray weight = of(name);
      NDArray result = operators.reorder(owner, weight);
      if (result != weight) {
        weight.close();
      }
      return result;
    }

    TensorList sublayer(List<NDArray> norm, String in, String out) {
      return new TensorList(
          List.of(norm.get(0), norm.get(1), matrix(in), zeros, matrix(out), zeros));
    }
  }
}
