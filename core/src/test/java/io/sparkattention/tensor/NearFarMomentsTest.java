package io.sparkattention.tensor;

import static io.sparkattention.Tolerances.assertClose;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionMomentOperators.Moments;
import io.sparkattention.tensor.AttentionMomentOperators.Reach;
import io.sparkattention.tensor.AttentionMomentOperators.Sums;
import io.sparkattention.tensor.AttentionOperators.Visible;
import io.sparkattention.tensor.NearFarMoments.Prepared;
import io.sparkattention.tensor.NearFarMoments.Received;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums near and far from the diagonal are those of all blocks. */
class NearFarMomentsTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 127, 128, 129, 640, 1000})
  void equalsTheBlockedPass(int length) {
    for (int[] cutoffs : new int[][] {{}, {0}, {-131, -2, -1, 0, 40}, {-51, -4, 0, 15}, {3, 9}}) {
      check(length, cutoffs, Precision.FP32, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"BF16", "FP16"})
  void halfPrecisionLosesNoMoreThanItsDigits(Precision precision) {
    check(700, new int[] {-16, -1, 0, 15}, precision, precision == Precision.BF16 ? 1000 : 200);
  }

  private static void check(int length, int[] cutoffs, Precision precision, double loss) {
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      NDArray query = numbers(scope, new Shape(1, 3, length, 16), 0.71, 2);
      NDArray key = numbers(scope, new Shape(1, 3, length, 16), 1.37, 2);
      AttentionArrays arrays = AttentionArrays.on(scope);
      NDArray q = arrays.cast(scope, query, precision);
      NDArray k = arrays.cast(scope, key, precision);
      query = arrays.cast(scope, q, Precision.FP32);
      key = arrays.cast(scope, k, Precision.FP32);
      NDArray lse =
          AttentionOperators.on(Device.cpu())
              .attend(scope, query, key, key, Visible.ALL, 0.25)
              .logSumExp();
      NDArray places = scope.arange((float) length).reshape(1, length, 1);
      NDArray columns = // (1, T, 3 + 2)
          NDArrays.concat(
              new NDList(
                  numbers(scope, new Shape(1, length, 3), 0.3, 1).abs(), places.onesLike(), places),
              2);
      NDArray rows = numbers(scope, new Shape(1, length, 2), 0.9, 1).abs();
      Sums sums = new Sums(columns, rows, cutoffs);
      NearFarMoments own = NearFarMoments.on(scope);
      Prepared prepared =
          NearFarMoments.prepare(scope, arrays.like(scope, key.onesLike(), k), sums);
      Moments found = own.moments(scope, q, k, lse, prepared, Received.SUMMED, 0.25);
      int[] all = {length};
      Moments expected =
          AttentionMomentOperators.on(scope)
              .moments(
                  scope,
                  query,
                  key,
                  lse,
                  null,
                  sums,
                  new Reach(new int[1], all, all, Visible.ALL),
                  0.25);
      String what = " of " + length + " tokens in " + precision;
      close(found.entropy(), expected.entropy(), 1e-5 * loss, "entropy" + what);
      close(found.mix(), expected.mix(), 1e-5 * loss, "mix" + what);
      close(mass(found), mass(expected), 1e-5 * loss, "masses" + what);
      close(centered(found), centered(expected), 1e-5 * loss, "distances" + what);
      close(found.received(), expected.received(), 1e-4 * loss, "received" + what);
      Moments fewer = own.moments(scope, q, k, lse, prepared, Received.LEFT_OUT, 0.25);
      close(fewer.entropy(), found.entropy(), 0, "entropy alone" + what);
      close(fewer.mix(), found.mix(), 0, "mix alone" + what);
      close(fewer.bands(), found.bands(), 0, "bands alone" + what);
      close(fewer.received(), found.received().zerosLike(), 0, "nothing received" + what);
    }
  }

  private static NDArray mass(Moments moments) {
    return moments.bands().get("..., 0");
  }

  /** Sums of weight times distance from the query, in lengths of the text. */
  private static NDArray centered(Moments moments) {
    NDArray mass = mass(moments); // (1, H, T, bands)
    long length = mass.getShape().get(2);
    NDArray t = mass.getManager().arange((float) length).reshape(1, 1, length, 1);
    return moments.bands().get("..., 1").sub(mass.mul(t)).div(length);
  }

  private static NDArray numbers(NDManager scope, Shape shape, double step, double size) {
    return scope.arange((float) shape.size()).mul(step).sin().mul(size).reshape(shape);
  }

  private static void close(NDArray actual, NDArray expected, double tolerance, String what) {
    assertClose(actual.toFloatArray(), expected.toFloatArray(), tolerance, what);
  }
}
