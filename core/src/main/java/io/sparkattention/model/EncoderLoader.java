package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.EmbeddingWeights;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.LayerWeights;
import io.sparkattention.weights.WeightReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Brings an encoder's weights from a checkpoint to a device, in the precision of its operators. */
final class EncoderLoader {

  private final EncoderConfig config;
  private final EncoderWeightNames names;
  private final WeightReader reader;

  EncoderLoader(EncoderConfig config, EncoderWeightNames names, WeightReader reader) {
    this.config = config;
    this.names = names;
    this.reader = reader;
  }

  /** Says what an encoder of this configuration needs; problems are kept for the reader's check. */
  void require() {
    long hidden = config.hiddenSize();
    long positions = (long) config.maxPositions() + config.firstPosition();
    reader.require(names.words() + ".weight", config.vocabSize(), hidden);
    reader.require(names.positions() + ".weight", positions, hidden);
    if (config.typeVocabSize() > 0) {
      reader.require(names.types() + ".weight", config.typeVocabSize(), hidden);
    }
    if (config.relativeBuckets() > 0) {
      reader.require(names.relativeBias() + ".weight", config.relativeBuckets(), config.heads());
    }
    requirePair(names.embeddingNorm(), hidden);
    for (int i = 0; i < config.layers(); i++) {
      requireLayer(i);
    }
    reader.ignore(".*position_ids");
  }

  private void requireLayer(int index) {
    long hidden = config.hiddenSize();
    long intermediate = config.intermediateSize();
    EncoderWeightNames.Layer layer = names.layer();
    String at = names.layers() + index + ".";
    for (String square : List.of(layer.query(), layer.key(), layer.value(), layer.output())) {
      requirePair(at + square, hidden, hidden);
    }
    layer.globals().forEach(each -> requirePair(at + each, hidden, hidden));
    requirePair(at + layer.attentionNorm(), hidden);
    requirePair(at + layer.up(), intermediate, hidden);
    requirePair(at + layer.down(), hidden, intermediate);
    requirePair(at + layer.outputNorm(), hidden);
  }

  /** A weight and a bias that is as long as the weight's first dimension. */
  private void requirePair(String name, long... shape) {
    reader.require(name + ".weight", shape);
    reader.require(name + ".bias", shape[0]);
  }

  /**
   * Loads what was required.
   *
   * @param owner owns the arrays from here on
   */
  EncoderWeights load(NDManager owner, LayerOperators operators) {
    List<NDArray> embedding = new ArrayList<>();
    embedding.add(array(owner, operators, names.words() + ".weight"));
    embedding.add(array(owner, operators, names.positions() + ".weight"));
    embedding.add(array(owner, operators, names.embeddingNorm() + ".weight"));
    embedding.add(array(owner, operators, names.embeddingNorm() + ".bias"));
    if (config.typeVocabSize() > 0) {
      embedding.add(array(owner, operators, names.types() + ".weight"));
    }
    List<LayerWeights> layers = new ArrayList<>();
    List<EncoderWeights.Projections> globals = new ArrayList<>();
    try {
      for (int i = 0; i < config.layers(); i++) {
        layers.add(layer(owner, operators, names.layers() + i + "."));
        if (!names.layer().globals().isEmpty()) {
          globals.add(globals(owner, operators, names.layers() + i + "."));
        }
      }
      NDArray bias =
          config.relativeBuckets() > 0
              ? array(owner, operators, names.relativeBias() + ".weight")
              : null;
      return new EncoderWeights(
          owner, embedding.get(0), new EmbeddingWeights(embedding), layers, globals, bias);
    } catch (RuntimeException | Error e) {
      layers.forEach(LayerWeights::close); // their lists hold the arrays beyond the owner's end
      throw e;
    }
  }

  private LayerWeights layer(NDManager owner, LayerOperators operators, String at) {
    EncoderWeightNames.Layer layer = names.layer();
    List<String> projections = List.of(at + layer.query(), at + layer.key(), at + layer.value());
    List<NDArray> arrays = new ArrayList<>();
    arrays.add(joined(owner, operators, projections, ".weight", w -> operators.reorder(owner, w)));
    arrays.add(joined(owner, operators, projections, ".bias", b -> b));
    for (String name :
        List.of(
            layer.output(), layer.attentionNorm(), layer.up(), layer.down(), layer.outputNorm())) {
      NDArray weight = array(owner, operators, at + name + ".weight");
      boolean matrix = weight.getShape().dimension() == 2;
      arrays.add(matrix ? moved(owner, weight, w -> operators.reorder(owner, w)) : weight);
      arrays.add(array(owner, operators, at + name + ".bias"));
    }
    return new LayerWeights(arrays);
  }

  private EncoderWeights.Projections globals(NDManager owner, LayerOperators operators, String at) {
    List<String> parts = names.layer().globals().stream().map(each -> at + each).toList();
    return new EncoderWeights.Projections(
        joined(owner, operators, parts, ".weight", w -> w),
        joined(owner, operators, parts, ".bias", b -> b));
  }

  /** Query, key and value stacked, so that one product serves all three. */
  private NDArray joined(
      NDManager owner,
      LayerOperators operators,
      List<String> parts,
      String suffix,
      UnaryOperator<NDArray> form) {
    try (NDManager scope = owner.newSubManager()) {
      NDList arrays = new NDList();
      parts.forEach(part -> arrays.add(reader.create(scope, part + suffix)));
      NDArray precise = operators.toPrecision(scope, NDArrays.concat(arrays));
      NDArray result = form.apply(precise);
      result.attach(owner);
      return result;
    }
  }

  private NDArray moved(NDManager owner, NDArray weight, UnaryOperator<NDArray> form) {
    NDArray result = form.apply(weight);
    if (result != weight) {
      weight.close();
      result.attach(owner);
    }
    return result;
  }

  private NDArray array(NDManager owner, LayerOperators operators, String name) {
    return loaded(reader, owner, operators, name);
  }

  /** One array of a checkpoint in the precision of the operators. */
  static NDArray loaded(
      WeightReader reader, NDManager owner, LayerOperators operators, String name) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray result = operators.toPrecision(scope, reader.create(scope, name));
      result.attach(owner);
      return result;
    }
  }
}
