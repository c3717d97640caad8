package io.sparkattention.probe;

import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.Site;

/** Watches what was attended to. */
public interface AttentionProbe {

  /** Whether it wants to see this site; sites that no probe wants run at full speed. */
  default boolean watches(Site site) {
    return true;
  }

  /**
   * Sees one call. Inputs are padded. Arrays must not be kept: what is needed later is copied out
   * before this returns.
   */
  void observe(AttentionInput input, Attended attended);
}
