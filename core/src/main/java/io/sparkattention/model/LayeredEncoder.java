package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMask;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.GlobalProjections;
import io.sparkattention.attention.Layout;
import io.sparkattention.attention.PositionBias;
import io.sparkattention.attention.Site;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.PackedSequences;
import io.sparkattention.text.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * What encoders have in common: layers of two halves with the mechanism between them. Where the
 * mechanism is dense and nobody watches, a family may join all three in one call.
 */
abstract class LayeredEncoder implements Encoder {

  private final EncoderConfig config;
  private final List<Attention> mechanisms;
  private final int maxTokens;

  /** What the attention of a layer multiplies scores with. */
  final double scale;

  /**
   * @param maxTokens the longest sequence to read
   */
  LayeredEncoder(EncoderConfig config, Attention chosen, int maxTokens) {
    this.config = config;
    this.mechanisms = TrainedMechanisms.unless(chosen, config.trained(), config.layers());
    this.maxTokens = maxTokens;
    this.scale = 1 / Math.sqrt(config.headSize());
  }

  /** The activations before the first layer, (N, hidden). */
  abstract NDArray embed(NDManager scope, TokenBatch batch);

  /** The first half of a layer: query, key and value, each (N, H, D). */
  abstract NDList project(NDManager scope, NDArray x, int layer, EncoderPass pass);

  /** The second half of a layer: (N, hidden) from its input and what was attended to (N, H, D). */
  abstract NDArray finish(NDManager scope, NDArray x, NDArray attended, int layer);

  /** What layers share; arrays live in the scope. */
  abstract EncoderPass pass(NDManager scope, TokenBatch batch);

  /** A whole layer with dense attention in one call, (N, hidden). */
  NDArray whole(NDManager scope, NDArray x, int layer, PackedSequences sequences) {
    throw new UnsupportedOperationException("this family has no layers in one call");
  }

  /** The projections of global tokens, or null. */
  GlobalProjections globals(NDManager scope, NDArray x, int layer) {
    return null;
  }

  /** What is added to the scores, or null. */
  PositionBias bias() {
    return null;
  }

  /** What comes after the last layer, (N, hidden); may be its argument. */
  NDArray ended(NDManager scope, NDArray x) {
    return x;
  }

  @Override
  public final EncoderConfig config() {
    return config;
  }

  @Override
  public final int maxTokens() {
    return maxTokens;
  }

  @Override
  public final NDArray encode(NDManager scope, TokenBatch batch, List<AttentionProbe> probes) {
    return run(scope, batch, batch.lengths(), probes, hidden -> {});
  }

  @Override
  public final NDArray encode(NDManager scope, TokenBatch batch, int[] attendedTo) {
    return run(scope, batch, attendedTo, List.of(), hidden -> {});
  }

  @Override
  public final List<NDArray> hiddenStates(NDManager scope, TokenBatch batch) {
    List<NDArray> states = new ArrayList<>();
    NDArray last =
        run(
            scope,
            batch,
            batch.lengths(),
            List.of(),
            hidden -> {
              NDArray copy = hidden.duplicate(); // (N, hidden)
              copy.attach(scope);
              states.add(copy);
            });
    last.close();
    return states;
  }

  private NDArray run(
      NDManager scope,
      TokenBatch batch,
      int[] attendedTo,
      List<AttentionProbe> probes,
      Consumer<NDArray> seen) {
    EncoderInput.check(batch, config, maxTokens);
    try (NDManager forward = scope.newSubManager()) {
      EncoderPass pass = pass(forward, batch);
      boolean plain =
          pass.sequences() != null
              && probes.isEmpty()
              && Arrays.equals(attendedTo, batch.lengths());
      NDArray x = embed(forward, batch); // (N, hidden)
      seen.accept(x);
      for (int i = 0; i < config.layers(); i++) {
        NDArray y =
            plain && mechanisms.get(i) instanceof DenseAttention
                ? whole(forward, x, i, pass.sequences())
                : halves(forward, x, i, pass, attendedTo, probes);
        x.close();
        x = i < config.layers() - 1 ? y : ended(forward, y);
        seen.accept(x);
      }
      x.attach(scope);
      return x;
    }
  }

  private NDArray halves(
      NDManager forward,
      NDArray x,
      int index,
      EncoderPass pass,
      int[] attendedTo,
      List<AttentionProbe> probes) {
    Attention mechanism = mechanisms.get(index);
    TokenBatch batch = pass.batch();
    try (NDManager scope = forward.newSubManager()) {
      NDList qkv = project(scope, x, index, pass); // each (N, H, D)
      AttentionInput input =
          new AttentionInput(
                  qkv.get(0),
                  attended(scope, qkv.get(1), batch, attendedTo),
                  attended(scope, qkv.get(2), batch, attendedTo),
                  scale,
                  layout(batch, attendedTo),
                  new AttentionMask(
                      Direction.BIDIRECTIONAL, new int[batch.size()], batch.lengths(), attendedTo),
                  bias(),
                  Site.encoder(index),
                  scope)
              .withMemory(pass.memory());
      GlobalProjections own = mechanism.readsGlobals() ? globals(scope, x, index) : null;
      if (own != null) {
        input =
            input.withGlobals(
                new GlobalProjections(
                    own.query(),
                    attended(scope, own.key(), batch, attendedTo),
                    attended(scope, own.value(), batch, attendedTo)));
      }
      NDArray attended = new AttentionLayer(mechanism).attend(input, probes); // (N, H, D)
      NDArray y = finish(scope, x, attended, index); // (N, hidden)
      y.attach(forward);
      return y;
    }
  }

  /** The keys or values (N, H, D) of the tokens that may be attended to. */
  private static NDArray attended(
      NDManager scope, NDArray all, TokenBatch batch, int[] attendedTo) {
    return Arrays.equals(attendedTo, batch.lengths())
        ? all
        : AttentionArrays.on(scope).pick(scope, all, EncoderInput.firstRows(batch, attendedTo));
  }

  private static Layout layout(TokenBatch batch, int[] attendedTo) {
    int[] offsets = new int[attendedTo.length + 1];
    for (int i = 0; i < attendedTo.length; i++) {
      offsets[i + 1] = offsets[i] + attendedTo[i];
    }
    return new Layout.Packed(batch.offsets(), offsets);
  }
}
