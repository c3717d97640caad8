package io.sparkattention.generate;

/** Why a text ends. */
public enum FinishReason {
  /** The model said a token that ends texts. */
  END,
  /** It is as long as it may be. */
  LENGTH,
  /** It holds a text that was to stop it. */
  STOP_STRING
}
