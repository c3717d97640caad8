package io.sparkattention.udfs.batch;

import io.sparkattention.model.DeviceFailedError;
import io.sparkattention.model.Outcome;
import io.sparkattention.udfs.executor.DeviceGuard;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;

/**
 * A function whose device may fail. Inputs that were being computed when it failed are computed
 * alone; those at which it failed twice are left out, with an error.
 *
 * @param <T> what is read from a row
 * @param <R> what is computed for it
 */
final class GuardedFunction<T, R> implements BatchFunction<T, R> {

  private final BatchFunction<T, R> function;
  private final Function<T, String> identity;
  private final DeviceGuard guard;

  /**
   * @param identity names an input in the same way in every process
   */
  GuardedFunction(BatchFunction<T, R> function, Function<T, String> identity, DeviceGuard guard) {
    this.function = function;
    this.identity = identity;
    this.guard = guard;
  }

  @Override
  public List<Outcome<R>> apply(List<T> inputs) {
    if (!guard.suspects()) {
      return compute(inputs, guard.besideOthers());
    }
    List<T> unsuspected = inputs.stream().filter(input -> failures(input) == 0).toList();
    Iterator<Outcome<R>> together =
        unsuspected.isEmpty() ? null : compute(unsuspected, guard.besideOthers()).iterator();
    List<Outcome<R>> outcomes = new ArrayList<>(inputs.size());
    for (T input : inputs) {
      outcomes.add(
          switch (failures(input)) {
            case 0 -> together.next();
            case 1 -> compute(List.of(input), guard.alone()).get(0);
            default -> leftOut(input);
          });
    }
    return outcomes;
  }

  private int failures(T input) {
    return Math.min(DeviceGuard.MOST_FAILURES, guard.failures(identity.apply(input)));
  }

  private Outcome<R> leftOut(T input) {
    return Outcome.failure(
        "the device failed "
            + guard.failures(identity.apply(input))
            + " times while this row was computed, so it was left out; the logs of executors that"
            + " ended tell the error");
  }

  private List<Outcome<R>> compute(List<T> inputs, Lock lock) {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while the device was examined");
    }
    try {
      return function.apply(inputs);
    } catch (DeviceFailedError e) {
      guard.failed(inputs.stream().map(identity).toList(), e);
      throw e;
    } finally {
      lock.unlock();
    }
  }
}
