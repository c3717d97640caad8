package io.sparkattention.statistics;

import io.sparkattention.model.AttentionProjections;
import java.util.Arrays;

/** A model's projections by head. Query heads of a group share keys and values. */
final class ProjectionsByHead implements ModelParameters {
  private final AttentionProjections all;
  private final int headSize;
  private final int group; // query heads that read the same keys

  ProjectionsByHead(AttentionProjections all) {
    this.all = all;
    headSize = all.layers().get(0).query().length / all.heads();
    group = all.heads() * headSize / all.layers().get(0).key().length;
  }

  @Override
  public int layers() {
    return all.layers().size();
  }

  @Override
  public int heads() {
    return all.heads();
  }

  @Override
  public float[][] query(int layer, int head) {
    return ofHead(all.layers().get(layer).query(), head);
  }

  @Override
  public float[][] key(int layer, int head) {
    return ofHead(all.layers().get(layer).key(), head / group);
  }

  @Override
  public float[][] value(int layer, int head) {
    return ofHead(all.layers().get(layer).value(), head / group);
  }

  @Override
  public float[][] output(int layer, int head) {
    return Arrays.stream(all.layers().get(layer).output())
        .map(row -> Arrays.copyOfRange(row, head * headSize, (head + 1) * headSize))
        .toArray(float[][]::new);
  }

  @Override
  public float[][] words() {
    return all.words();
  }

  @Override
  public float[][] scoring() {
    return all.scoring();
  }

  private float[][] ofHead(float[][] rows, int head) {
    return Arrays.copyOfRange(rows, head * headSize, (head + 1) * headSize);
  }
}
