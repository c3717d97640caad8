package io.sparkattention.statistics;

import java.io.Serializable;

/**
 * A number for each key position. A statistic asks for the columns whose sums under the weights it
 * needs; all statistics of a pass share them.
 *
 * @param kind what the number is
 * @param key the position that {@link Kind#INDICATOR} marks, counted from 0; 0 otherwise
 */
public record PositionColumn(Kind kind, int key) implements Serializable {

  /** What the number is. */
  public enum Kind {
    /** 1 everywhere: its sums are masses. */
    ONE,
    /** The position, counted from 0: its sums are mean positions times mass. */
    POSITION,
    /** 1 at one key and 0 elsewhere: its sums are the weights to that key. */
    INDICATOR
  }

  /** 1 everywhere. */
  public static final PositionColumn ONE = new PositionColumn(Kind.ONE, 0);

  /** The position, counted from 0. */
  public static final PositionColumn POSITION = new PositionColumn(Kind.POSITION, 0);

  public PositionColumn {
    if (key < 0 || (kind != Kind.INDICATOR && key != 0)) {
      throw new IllegalArgumentException(
          "column " + kind + " of key " + key + ": keys count from 0 and only indicators have one");
    }
  }

  /** 1 at {@code key} and 0 elsewhere. */
  public static PositionColumn indicator(int key) {
    return new PositionColumn(Kind.INDICATOR, key);
  }

  /** The number at a key position. */
  public float at(int position) {
    return switch (kind) {
      case ONE -> 1;
      case POSITION -> position;
      case INDICATOR -> position == key ? 1 : 0;
    };
  }
}
