package io.sparkattention.attention;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.Tolerances;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.AttentionOperators.Visible;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import java.util.List;

/**
 * Runs the contract of every mechanism on a device and compares half precision with float32: {@code
 * AttentionDeviceCheck gpu}. Prints a line for each check; ends with status 1 if one fails.
 */
public final class AttentionDeviceCheck {

  private static int failed;
  private static int passed;
  private static int otherKeys;

  private AttentionDeviceCheck() {}

  /** Takes the name of a device and, if not all are to be checked, a pattern of specs. */
  public static void main(String[] arguments) {
    Device device = TorchEngine.device(arguments.length == 0 ? "cpu" : arguments[0]);
    String pattern = arguments.length < 2 ? ".*" : arguments[1];
    List<String> specs =
        SmallSpecs.of(Attentions.REGISTRY).stream().filter(each -> each.matches(pattern)).toList();
    for (String spec : specs) {
      check(
          "fp32 contract of " + spec,
          () -> AttentionContractTest.casesServed(Attentions.REGISTRY, spec, device));
    }
    for (Precision precision : new Precision[] {Precision.FP16, Precision.BF16}) {
      check(precision + " packed operators", () -> packedOperators(device, precision));
      for (int globals = 0; globals <= 1; globals++) {
        WindowGlobalAttention windows = new WindowGlobalAttention(16, globals);
        check(precision + " packed " + windows, () -> packedWindows(device, precision, windows));
      }
      for (String spec : specs) {
        for (long seed = 0; seed < AttentionCase.COUNT; seed++) {
          AttentionCase given = AttentionCase.of(seed);
          check(
              precision + " " + spec + ", seed " + given.seed(),
              () -> half(device, precision, Attentions.REGISTRY.parse(spec), given));
        }
      }
    }
    System.out.printf(
        "%d passed, %d of them attended to other keys than float32 does; %d failed%n",
        passed, otherKeys, failed);
    if (otherKeys > passed * 3 / 100) {
      System.out.println("FAIL  too many attended to other keys");
      failed++;
    }
    System.exit(failed == 0 ? 0 : 1);
  }

  private static void check(String what, Runnable checked) {
    try {
      checked.run();
      passed++;
      System.out.println("pass  " + what);
    } catch (AssertionError | RuntimeException e) {
      failed++;
      System.out.println("FAIL  " + what);
      e.printStackTrace(System.out);
    }
  }

  /**
   * A mechanism in half precision against itself in float32 on the same rounded numbers. Where keys
   * score about the same, rounding may choose others, to which the output must be faithful then.
   */
  private static void half(
      Device device, Precision precision, Attention mechanism, AttentionCase given) {
    try (NDManager scope = TorchEngine.newManager(device)) {
      if (given.biased() || !mechanism.unsupportedReasons(given.shape(scope)).isEmpty()) {
        return;
      }
      AttentionInput input = cast(given.input(scope, 0), precision);
      AttentionInput exact = cast(input, Precision.FP32);
      NDArray columns = scope.ones(new Shape(given.keys(), 2));
      try (Attended attended = mechanism.attend(input);
          Attended expected = mechanism.attend(exact)) {
        try {
          closeInProportion(scope, attended.output(), expected.output(), "output");
          closeInProportion(scope, attended.logSumExp(), expected.logSumExp(), "logSumExp");
        } catch (AssertionError e) {
          if (mechanism.exact() || !attendToOtherKeys(attended, expected, given)) {
            throw e;
          }
          mixesItsOwnValues(scope, attended, exact);
          otherKeys++;
          return;
        }
        if (mechanism.weighting() != Weighting.UNNORMALIZED) {
          sameMoments(scope, attended.moments(columns), expected.moments(columns));
        }
      }
    }
  }

  /** Whether both leave out different keys. */
  private static boolean attendToOtherKeys(
      Attended attended, Attended expected, AttentionCase given) {
    float[] some = attended.weights(0, given.queries()).toFloatArray();
    float[] others = expected.weights(0, given.queries()).toFloatArray();
    for (int i = 0; i < some.length; i++) {
      if (some[i] == 0 != (others[i] == 0)) {
        return true;
      }
    }
    return false;
  }

  /** The output is the mean of the values with the weights that the mechanism tells. */
  private static void mixesItsOwnValues(NDManager scope, Attended attended, AttentionInput exact) {
    NDArray weights = attended.weights(0, (int) exact.query().getShape().get(2)); // (B, H, T, S)
    NDArray value = exact.value().repeat(1, exact.heads() / exact.keyValueHeads()); // (B, H, S, C)
    closeInProportion(scope, attended.output(), weights.matMul(value), "output of its own keys");
  }

  private static void sameMoments(
      NDManager scope, AttentionMoments moments, AttentionMoments sums) {
    try (moments;
        sums) {
      close(scope, moments.entropy(), sums.entropy(), "entropy");
      close(scope, moments.received(), sums.received(), "received");
    }
  }

  /** Numbers that grow with the scores or the length, and so does what rounding does to them. */
  private static void closeInProportion(
      NDManager scope, NDArray actual, NDArray expected, String what) {
    AttentionArrays arrays = AttentionArrays.on(scope);
    float[] numbers = arrays.cast(scope, expected, Precision.FP32).toFloatArray();
    double largest = 4; // what is allowed for numbers of about 1 suits these
    for (float number : numbers) {
      boolean finite = Math.abs(number) < 1e30;
      largest = Math.max(largest, finite ? Math.abs(number) : 0);
    }
    Tolerances.assertClose(
        arrays.cast(scope, actual, Precision.FP32).toFloatArray(),
        numbers,
        Tolerances.HALF_ABSOLUTE * largest / 4,
        what);
  }

  private static void packedOperators(Device device, Precision precision) {
    int[] offsets = {0, 7, 14, 15, 40, 41, 105};
    try (NDManager scope = TorchEngine.newManager(device)) {
      AttentionArrays arrays = AttentionArrays.on(scope);
      NDArray numbers = scope.arange(105f * 3 * 4 * 32).mul(0.7f).sin();
      NDArray qkv = arrays.cast(scope, numbers.reshape(new Shape(105, 3, 4, 32)), precision);
      for (Visible visible : Visible.values()) {
        NDArray q = qkv.get(":, 0");
        NDArray k = qkv.get(":, 1");
        NDArray v = qkv.get(":, 2");
        Result actual =
            AttentionOperators.on(device)
                .attendPacked(scope, q, k, v, offsets, offsets, visible, 0.2);
        Result expected =
            AttentionOperators.reference()
                .attendPacked(scope, q, k, v, offsets, offsets, visible, 0.2);
        close(scope, actual.output(), expected.output(), "packed output, " + visible);
        close(scope, actual.logSumExp(), expected.logSumExp(), "packed logSumExp, " + visible);
      }
    }
  }

  /** Windows over a packed batch in half precision against float32, global projections included. */
  private static void packedWindows(
      Device device, Precision precision, WindowGlobalAttention windows) {
    try (NDManager scope = TorchEngine.newManager(device)) {
      AttentionInput exact = SlidingAttentionTest.packed(scope, Precision.FP32);
      AttentionInput input = SlidingAttentionTest.packed(scope, precision);
      try (Attended expected = windows.attend(exact);
          Attended actual = windows.attend(input)) {
        close(scope, actual.output(), expected.output(), "output");
        close(scope, actual.logSumExp(), expected.logSumExp(), "logSumExp");
        NDArray values = exact.value().get("..., :5");
        close(scope, actual.mix(arrays(scope, values, precision)), expected.mix(values), "mix");
      }
    }
  }

  private static NDArray arrays(NDManager scope, NDArray x, Precision precision) {
    return AttentionArrays.on(scope).cast(scope, x, precision);
  }

  private static AttentionInput cast(AttentionInput input, Precision precision) {
    AttentionArrays arrays = AttentionArrays.on(input.scope());
    return input.withArrays(
        arrays.cast(input.scope(), input.query(), precision),
        arrays.cast(input.scope(), input.key(), precision),
        arrays.cast(input.scope(), input.value(), precision),
        input.layout());
  }

  private static void close(NDManager scope, NDArray actual, NDArray expected, String what) {
    AttentionArrays arrays = AttentionArrays.on(scope);
    Tolerances.assertClose(
        arrays.cast(scope, actual, Precision.FP32).toFloatArray(),
        arrays.cast(scope, expected, Precision.FP32).toFloatArray(),
        Tolerances.HALF_ABSOLUTE,
        what);
  }
}
