package io.sparkattention.statistics;

import ai.djl.Device;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Computes the statistics of heads, layer by layer. While a GPU reads the next layer, those of the
 * layer before it are computed by other threads, and added in the order of the heads, so that sums
 * do not depend on threads.
 */
final class HeadEvaluation {
  /** PyTorch keeps memory for every thread that ever ran it, so these stay. */
  private static final Executor BRINGING =
      Executors.newFixedThreadPool(
          2,
          work -> {
            Thread thread = new Thread(work, "statistics");
            thread.setDaemon(true);
            return thread;
          });

  private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

  /** Takes in one layer and closes it; of what it was read from nothing is needed later. */
  void add(Observation observation, List<StatisticsAccumulator> sequences, StatisticsPass pass) {
    Device device = observation.input().scope().getDevice();
    int layer = observation.input().site().layer();
    List<Integer> statistics = pass.of(HeadStatistic.class);
    try {
      observation.read(pass);
      await();
      for (int b = 0; b < sequences.size(); b++) {
        sequences.get(b).expect(layer, observation.heads(b));
      }
    } catch (RuntimeException | Error e) {
      observation.close();
      throw e;
    }
    Runnable work = () -> evaluate(observation, layer, statistics, sequences, device);
    if (device.isGpu()) {
      last = CompletableFuture.runAsync(work, BRINGING);
    } else {
      work.run();
    }
  }

  private static void evaluate(
      Observation observation,
      int layer,
      List<Integer> statistics,
      List<StatisticsAccumulator> sequences,
      Device device) {
    try (observation) {
      observation.bring();
      each(statistics, device)
          .forEach(
              i -> {
                for (int b = 0; b < sequences.size(); b++) {
                  Stream<ObservedHead> heads = observation.heads(b).stream();
                  sequences.get(b).add(layer, device.isGpu() ? heads.parallel() : heads, i);
                }
              });
    }
  }

  private static IntStream each(List<Integer> statistics, Device device) {
    IntStream each = statistics.stream().mapToInt(Integer::intValue);
    return device.isGpu() ? each.parallel() : each;
  }

  /** Waits for all layers. */
  void await() {
    try {
      last.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }
}
