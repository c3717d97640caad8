package io.sparkattention.udfs.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Collects every reason against a run before any work is done, each once. */
public final class Problems {

  private final Set<String> found = new LinkedHashSet<>();

  /** Whether none was noted so far. */
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** Notes a problem. */
  public void add(String problem) {
    found.add(problem);
  }

  /** The value of a check, or empty after noting why it has none. */
  public <T> Optional<T> check(Supplier<T> supplier) {
    try {
      return Optional.of(supplier.get());
    } catch (UsageException e) {
      found.addAll(e.problems());
    } catch (IllegalArgumentException e) {
      found.add(e.getMessage());
    }
    return Optional.empty();
  }

  /** Runs a check and notes why it fails. */
  public void check(Runnable check) {
    check(
        () -> {
          check.run();
          return true;
        });
  }

  /**
   * Ends the checks.
   *
   * @throws UsageException with all problems, if there are any
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new UsageException(List.copyOf(found));
    }
  }
}
