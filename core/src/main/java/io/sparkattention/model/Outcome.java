package io.sparkattention.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What became of one row: a value, or the reason why there is none.
 *
 * <p>Rows are read together, but a row that cannot be read must cost only itself.
 *
 * @param value what was made; null if there is an error
 * @param error why nothing was made; null if there is a value
 */
public record Outcome<T>(T value, String error) {

  public Outcome {
    if ((value == null) == (error == null)) {
      throw new IllegalArgumentException("an outcome has either a value or an error");
    }
  }

  /** A value that was made. */
  public static <T> Outcome<T> of(T value) {
    return new Outcome<>(value, null);
  }

  /** No value, for this reason. */
  public static <T> Outcome<T> failure(String error) {
    return new Outcome<>(null, error);
  }

  /** Whether there is an error instead of a value. */
  public boolean failed() {
    return error != null;
  }

  /** What making a value comes to; a {@link RuntimeException} becomes the error. */
  public static <T> Outcome<T> attempt(Supplier<T> making) {
    try {
      return of(making.get());
    } catch (RuntimeException e) {
      return failure(reason(e));
    }
  }

  /** As {@link #attempt}, going on from the value; an error stays what it is. */
  public <R> Outcome<R> then(Function<? super T, ? extends R> next) {
    return failed() ? failure(error) : attempt(() -> next.apply(value));
  }

  /**
   * Runs a batch so that a failing input costs only itself: a batch that throws a {@link
   * RuntimeException} is halved and run again, down to the inputs that fail alone.
   *
   * @param inputs what to work on
   * @param batch makes one result per input, in order; an {@link Error} that it throws passes
   *     through
   * @return one outcome per input, in order
   * @throws IllegalStateException if {@code batch} does not return one result per input
   */
  public static <A, R> List<Outcome<R>> ofEach(List<A> inputs, Function<List<A>, List<R>> batch) {
    List<Outcome<R>> outcomes = new ArrayList<>(inputs.size());
    collect(inputs, batch, outcomes);
    return outcomes;
  }

  private static <A, R> void collect(
      List<A> inputs, Function<List<A>, List<R>> batch, List<Outcome<R>> outcomes) {
    if (inputs.isEmpty()) {
      return;
    }
    List<R> results;
    try {
      results = batch.apply(inputs);
    } catch (RuntimeException e) {
      if (inputs.size() == 1) {
        outcomes.add(failure(reason(e)));
      } else {
        int half = inputs.size() / 2;
        collect(inputs.subList(0, half), batch, outcomes);
        collect(inputs.subList(half, inputs.size()), batch, outcomes);
      }
      return;
    }
    if (results.size() != inputs.size()) {
      throw new IllegalStateException(
          inputs.size() + " inputs were given, but " + results.size() + " results came back");
    }
    results.forEach(result -> outcomes.add(of(result)));
  }

  private static String reason(RuntimeException e) {
    return e.getMessage() == null ? e.getClass().getName() : e.getMessage();
  }
}
