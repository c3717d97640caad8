package io.sparkattention.udfs.executor;

import java.util.ArrayList;
import java.util.List;

/**
 * The GPUs that this process may see, in the order in which CUDA numbers them: what the environment
 * variable {@code CUDA_VISIBLE_DEVICES} names. Spark's addresses are those of the machine, or
 * identifiers; CUDA's numbers begin with 0 in each process.
 *
 * @param given the variable; null where it is not set and all GPUs can be seen
 */
record VisibleGpus(String given) {

  static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

  private static final String NUMBER = "\\d{1,4}";
  private static final String IDENTIFIER = "(GPU|MIG)-[\\w/-]+";

  /** Those of this process. */
  static VisibleGpus ofThisProcess() {
    return new VisibleGpus(System.getenv(VARIABLE));
  }

  /**
   * CUDA's number of an address that Spark assigned: its place among the visible GPUs; where it is
   * not among them, it is taken for a number that was counted inside the container.
   *
   * @throws IllegalArgumentException if this process cannot see such a GPU
   */
  int index(String address) {
    String wanted = address.strip();
    if (given == null) {
      if (wanted.matches(NUMBER)) {
        return Integer.parseInt(wanted);
      }
      throw new IllegalArgumentException(
          "Spark assigned GPU '"
              + address
              + "', which is no number: set "
              + VARIABLE
              + " for executors, or have the discovery script write numbers");
    }
    List<String> visible = entries();
    for (int i = 0; i < visible.size(); i++) {
      if (same(visible.get(i), wanted)) {
        return i;
      }
    }
    if (wanted.matches(NUMBER) && Integer.parseInt(wanted) < visible.size()) {
      return Integer.parseInt(wanted);
    }
    throw new IllegalArgumentException(
        "Spark assigned GPU '"
            + address
            + "', but "
            + VARIABLE
            + "="
            + given
            + (visible.isEmpty() ? " shows none" : " does not show it")
            + " to this executor: let both name the same GPUs");
  }

  /** As CUDA reads them: what follows an entry that is none is not visible. */
  private List<String> entries() {
    List<String> entries = new ArrayList<>();
    for (String entry : given.split(",")) {
      if (!entry.strip().matches(NUMBER + "|" + IDENTIFIER)) {
        break;
      }
      entries.add(entry.strip());
    }
    return entries;
  }

  /** Identifiers may be cut short, as long as they are told apart. */
  private static boolean same(String visible, String address) {
    boolean identifiers = visible.matches(IDENTIFIER) && address.matches(IDENTIFIER);
    return identifiers
        ? visible.startsWith(address) || address.startsWith(visible)
        : visible.equals(address);
  }
}
