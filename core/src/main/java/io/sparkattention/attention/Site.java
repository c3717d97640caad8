package io.sparkattention.attention;

/**
 * Where in a model one call of an attention stands.
 *
 * @param layer counted from 0
 */
public record Site(int layer, Kind kind, Phase phase) {

  /** Whether queries and keys come from the same sequence. */
  public enum Kind {
    SELF,
    CROSS
  }

  /** Whether a whole input is read or one more token is made. */
  public enum Phase {
    PREFILL,
    DECODE
  }

  /** The site of an encoder's layer. */
  public static Site encoder(int layer) {
    return new Site(layer, Kind.SELF, Phase.PREFILL);
  }
}
