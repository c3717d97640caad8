package io.sparkattention;

/** How far from an independent reference a result may be: the one table of tolerances. */
public final class Tolerances {

  /** Absolute, for one operator in float32. */
  public static final double FP32_ABSOLUTE = 3e-4;

  /** Relative to the larger of both numbers, for one operator in float32. */
  public static final double FP32_RELATIVE = 2e-5;

  /** Absolute, for one operator on numbers of about 1 in half precision. */
  public static final double HALF_ABSOLUTE = 3e-2;

  private Tolerances() {}

  /** Asserts that arrays agree as one operator in float32 should. */
  public static void assertClose(float[] actual, float[] expected, String what) {
    assertClose(actual, expected, FP32_ABSOLUTE, what);
  }

  /**
   * Asserts that arrays agree within an absolute tolerance, or the relative one if that is more.
   */
  public static void assertClose(float[] actual, float[] expected, double absolute, String what) {
    if (actual.length != expected.length) {
      throw new AssertionError(
          what + ": " + actual.length + " entries where " + expected.length + " are expected");
    }
    for (int i = 0; i < expected.length; i++) {
      double size = Math.max(Math.abs(actual[i]), Math.abs(expected[i]));
      double allowed = Math.max(absolute, FP32_RELATIVE * size);
      boolean equal = actual[i] == expected[i];
      if (!equal && !(Math.abs(actual[i] - expected[i]) <= allowed)) {
        throw new AssertionError(
            what + ": entry " + i + " is " + actual[i] + " and should be " + expected[i]);
      }
    }
  }
}
