package io.sparkattention.statistics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.Attention;
import io.sparkattention.tensor.TorchEngine;
import java.util.List;

/** One sequence's layers, attended to again when they are asked for, one layer at a time. */
final class ReplayedLayers implements ObservedLayers {
  private final List<KeptLayer> kept;
  private final Attention mechanism;
  private final int sequence;
  private final SequenceTokens tokens;
  private final int[] sample;
  private NDManager scope;
  private Attended attended;
  private int current = -1;

  ReplayedLayers(
      List<KeptLayer> kept,
      Attention mechanism,
      int sequence,
      SequenceTokens tokens,
      RowSample rows) {
    this.kept = kept;
    this.mechanism = mechanism;
    this.sequence = sequence;
    this.tokens = tokens;
    this.sample = rows.of(tokens.length());
  }

  @Override
  public int layers() {
    return kept.size();
  }

  @Override
  public int heads() {
    return kept.get(0).heads();
  }

  @Override
  public int length() {
    return tokens.length();
  }

  @Override
  public SequenceTokens tokens() {
    return tokens;
  }

  @Override
  public int[] sample() {
    return sample.clone();
  }

  @Override
  public float[][][] weights(int layer, int from, int to) {
    if (layer != current) {
      close();
      KeptLayer next = kept.get(layer);
      scope = TorchEngine.newManager(next.device());
      attended = next.replay(scope, mechanism, sequence, length());
      current = layer;
    }
    int keys = length();
    float[][][] weights = new float[heads()][to - from][keys];
    try (NDArray rows = attended.weights(from, to)) { // (1, H, to - from, S)
      float[] all = rows.toFloatArray();
      int at = 0;
      for (float[][] head : weights) {
        for (float[] row : head) {
          System.arraycopy(all, at, row, 0, keys);
          at += keys;
        }
      }
    }
    return weights;
  }

  @Override
  public double scale(int layer) {
    return kept.get(layer).scale();
  }

  @Override
  public float[][] queries(int layer, int head) {
    return kept.get(layer).queries(sequence, head, length());
  }

  @Override
  public float[][] keys(int layer, int head) {
    return kept.get(layer).keys(sequence, head, length());
  }

  @Override
  public float[][] values(int layer, int head) {
    return kept.get(layer).values(sequence, head, length());
  }

  @Override
  public void close() {
    if (current >= 0) {
      attended.close();
      scope.close();
      current = -1;
    }
  }
}
