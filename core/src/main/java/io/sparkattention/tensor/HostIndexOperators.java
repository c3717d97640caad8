package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/**
 * An index of rows in the memory of the host: rows that resemble each other lie together, and a
 * search looks through the clusters whose centres score highest. Its arrays lie on the CPU.
 */
public final class HostIndexOperators {

  private static final HostIndexOperators ON_HOST = new HostIndexOperators();

  private final TorchScript script =
      TorchScript.load("attention-host-index.torchscript", Map.of(), Device.cpu());

  private HostIndexOperators() {}

  /** The operators of the host. */
  public static HostIndexOperators onHost() {
    return ON_HOST;
  }

  /**
   * Rows by cluster.
   *
   * @param rows (S, C)
   * @param first (n) int64, which rows are the first centres
   * @param rounds how often centres are moved to the means of their rows
   * @return rows (S, C) float32, where each of them was (S) int64, centres (n, C), sizes (n)
   */
  public NDList parted(NDManager scope, NDArray rows, NDArray first, int rounds) {
    return script.call(scope, "parted", rows, first, rounds);
  }

  /**
   * The rows that receive most attention among those of the clusters that promise most.
   *
   * @param query (R, C), scaled
   * @param parted of {@link #parted}
   * @param probes how many clusters are looked through
   * @return (k or fewer) int64, ascending places of rows
   */
  public long[] search(NDManager scope, NDArray query, NDList parted, int probes, int k) {
    return script
        .call(
            scope,
            "searched",
            query,
            parted.get(0),
            parted.get(1),
            parted.get(2),
            parted.get(3),
            probes,
            k)
        .get(0)
        .toLongArray();
  }

  /** Some queries of a head: (G · queries, C) of (B, Hkv, G, T, C). */
  public NDArray queries(NDManager scope, NDArray asked, int sequence, int head, Span queries) {
    return script
        .call(scope, "rows_of", asked, sequence, head, queries.from(), queries.length())
        .get(0);
  }
}
