package io.sparkattention.attention;

import java.io.Serializable;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** One way for queries to read values. Stateless and thread-safe; a mechanism is its options. */
public interface Attention extends Serializable {

  /**
   * Every reason this mechanism cannot serve such inputs; empty if it can. Asked when a model is
   * loaded, so it needs no tensors.
   */
  List<String> unsupportedReasons(AttentionShape shape);

  /** The layouts that {@link #attend} takes as they are; other inputs are converted before it. */
  default Set<Layout.Kind> layouts() {
    return EnumSet.of(Layout.Kind.PADDED);
  }

  /** Whether {@link AttentionInput#globals} are of use, where a model has them. */
  default boolean readsGlobals() {
    return false;
  }

  /** Whether {@link AttentionInput#source} is of use, where a model can tell it. */
  default boolean readsSource() {
    return false;
  }

  /**
   * Whether keys and values are read. A mechanism that reads their source alone may be handed the
   * hidden states of the source in their place, as one head that all share.
   */
  default boolean readsKeys() {
    return true;
  }

  /**
   * Whether keys are told apart by their places in the text, all of which a cache must keep for
   * that.
   */
  default boolean countsTokens() {
    return false;
  }

  /** Whether the output equals dense attention up to rounding, for every input it supports. */
  default boolean exact() {
    return false;
  }

  /** What the rows of the matrix of weights are. */
  default Weighting weighting() {
    return Weighting.SOFTMAX;
  }

  /**
   * The mechanism that serves a place in a model: itself, unless it hands calls to others.
   *
   * @param direction of the queries there
   */
  default Attention at(Site site, Direction direction) {
    return this;
  }

  /**
   * Chooses what to attend to, once, and attends.
   *
   * @return what was attended to, in the layout of the input; the caller closes it
   */
  Attended attend(AttentionInput input);
}
