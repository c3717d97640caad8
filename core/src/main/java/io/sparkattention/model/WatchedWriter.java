package io.sparkattention.model;

import ai.djl.ndarray.NDManager;
import io.sparkattention.probe.WritingProbe;
import io.sparkattention.text.TokenBatch;
import java.util.List;

/** A model whose attention can also be watched while it writes. Thread-safe. */
public interface WatchedWriter extends WatchedModel {

  /**
   * What the attention that is watched attends to beside what was written: the tokens before it.
   *
   * @return for {@link WatchedSite#DECODER} the start token, otherwise none
   */
  int[] start();

  /**
   * The most tokens that can be written after a source.
   *
   * @param source tokens of it, special ones included
   */
  int maxWritten(int source);

  /**
   * Writes what was written before, as a model does that chooses these tokens.
   *
   * @param scope owns nothing afterwards
   * @param sources what is written about, or on
   * @param written tokens of each, any number
   * @param probe shown the attention of the site that is watched
   */
  void write(NDManager scope, TokenBatch sources, List<int[]> written, WritingProbe probe);
}
