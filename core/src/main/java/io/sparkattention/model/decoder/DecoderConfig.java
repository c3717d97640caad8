package io.sparkattention.model.decoder;

import ai.djl.Device;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.PerLayerAttention;
import io.sparkattention.attention.PositionBias;
import io.sparkattention.attention.SinkWindowAttention;
import io.sparkattention.attention.Site;
import io.sparkattention.kvcache.CacheShape;
import io.sparkattention.model.AlibiBias;
import io.sparkattention.tensor.DecoderForm;
import io.sparkattention.tensor.DecoderPart;
import io.sparkattention.tensor.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a decoder's {@code config.json} says, in one vocabulary for all families.
 *
 * @param modelType {@code model_type}, such as {@code llama}
 * @param hiddenSize columns of a token's activation
 * @param form what the halves of a layer look like
 * @param layers what tells one layer from another
 * @param vocabSize rows of the word embedding
 * @param maxPositions the longest text; where positions are embedded, the rows of that embedding
 * @param normOffset what is added to the weights of norms, which some families store less 1
 * @param tied whether the word embeddings also score the next token, unless another head is stored
 * @param slopes by which scores fall with the distance, for each head; empty where they do not
 */
public record DecoderConfig(
    String modelType,
    int hiddenSize,
    DecoderForm form,
    List<Layer> layers,
    int vocabSize,
    int maxPositions,
    double normOffset,
    boolean tied,
    List<Double> slopes) {

  /**
   * What tells one layer from another.
   *
   * @param rotary empty where heads are not rotated
   * @param window tokens that a token sees, its own included; 0 for all
   * @param scale what scores are multiplied with
   */
  public record Layer(Optional<Rotary> rotary, int window, double scale) {}

  /**
   * Checks that the numbers fit together.
   *
   * @throws IllegalArgumentException with every reason why they do not
   */
  public DecoderConfig {
    layers = List.copyOf(layers);
    slopes = List.copyOf(slopes);
    List<String> problems = new ArrayList<>();
    if (hiddenSize < 1 || vocabSize < 1 || maxPositions < 1 || layers.isEmpty()) {
      problems.add(
          "hidden size %d, vocabulary %d, positions %d and layers %d must all be positive"
              .formatted(hiddenSize, vocabSize, maxPositions, layers.size()));
    }
    if (!slopes.isEmpty() && slopes.size() != form.heads()) {
      problems.add("%d slopes for %d heads".formatted(slopes.size(), form.heads()));
    }
    if (form.heads() < 1 || form.keyValueHeads() < 1 || form.headSize() < 1) {
      problems.add(
          "heads %d, key and value heads %d and head size %d must all be positive"
              .formatted(form.heads(), form.keyValueHeads(), form.headSize()));
    } else if (form.heads() % form.keyValueHeads() != 0) {
      problems.add(
          "%d heads are not a multiple of %d key and value heads"
              .formatted(form.heads(), form.keyValueHeads()));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "config.json of a %s model: %s".formatted(modelType, String.join("; ", problems)));
    }
  }

  /** A configuration whose scores do not fall with the distance. */
  public DecoderConfig(
      String modelType,
      int hiddenSize,
      DecoderForm form,
      List<Layer> layers,
      int vocabSize,
      int maxPositions,
      double normOffset,
      boolean tied) {
    this(modelType, hiddenSize, form, layers, vocabSize, maxPositions, normOffset, tied, List.of());
  }

  /**
   * The same where scores fall with the distance, see {@link io.sparkattention.model.AlibiBias}.
   */
  public DecoderConfig withSlopes(double[] falling) {
    return new DecoderConfig(
        modelType,
        hiddenSize,
        form,
        layers,
        vocabSize,
        maxPositions,
        normOffset,
        tied,
        Arrays.stream(falling).boxed().toList());
  }

  /** What is added to the scores of some tokens, null if nothing is. */
  PositionBias bias(Precision precision, int[] cached) {
    double[] falling = slopes.stream().mapToDouble(Double::doubleValue).toArray();
    return slopes.isEmpty() ? null : new AlibiBias(falling, precision, cached);
  }

  /** Tokens that it can read: where positions are not embedded there is no end. */
  public int maxLength() {
    return form.has(DecoderPart.POSITIONS) ? maxPositions : Integer.MAX_VALUE;
  }

  /** What can be said of its attention before there is any input. */
  public AttentionShape attentionShape(Precision precision, Device device) {
    return new AttentionShape(
        form.heads(),
        form.keyValueHeads(),
        form.headSize(),
        Site.Kind.SELF,
        Direction.CAUSAL,
        !slopes.isEmpty(),
        turns(),
        precision,
        device);
  }

  /** Whether heads are rotated, and can be turned to other positions. */
  private boolean turns() {
    List<Rotary> rotaries = layers.stream().flatMap(layer -> layer.rotary().stream()).toList();
    return !rotaries.isEmpty() && rotaries.stream().allMatch(Rotary::addsUp);
  }

  /**
   * What layers attend by: windows of their own where {@code dense} was asked for, which stands for
   * what a model was trained with.
   */
  Attention mechanism(Attention asked) {
    if (layers.stream().allMatch(layer -> layer.window() == 0)) {
      return asked;
    }
    List<Attention> mechanisms = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      int window = layers.get(i).window();
      Attention own = asked.at(new Site(i, Site.Kind.SELF, Site.Phase.PREFILL), Direction.CAUSAL);
      boolean slides = window > 0 && own instanceof DenseAttention;
      mechanisms.add(slides ? new SinkWindowAttention(0, window) : own);
    }
    return PerLayerAttention.of(mechanisms);
  }

  /** What its cache looks like. */
  public CacheShape cacheShape() {
    return new CacheShape(layers.size(), form.keyValueHeads(), form.headSize());
  }
}
