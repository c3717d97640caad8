package io.sparkattention.model;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * What the forward passes of models run with.
 *
 * @param pool runs them; whoever made it shuts it down after closing the models
 * @param listener is told of every batch
 * @param room limits batches on a CPU; empty where nobody watches the process
 */
public record Inference(
    ExecutorService pool, InferenceListener listener, Optional<NativeRoom> room) {

  public Inference {
    Objects.requireNonNull(pool, "pool");
    Objects.requireNonNull(listener, "listener");
    Objects.requireNonNull(room, "room");
  }

  /** A pool that nobody listens to, with all the memory of the machine. */
  public static Inference on(ExecutorService pool) {
    return new Inference(pool, InferenceListener.NONE, Optional.empty());
  }
}
