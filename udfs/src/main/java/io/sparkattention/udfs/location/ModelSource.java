package io.sparkattention.udfs.location;

import java.io.IOException;
import java.nio.file.Path;

/** One kind of place that models come from. Stateless. */
interface ModelSource {

  /** How its locations look, such as {@code classpath:folder}. */
  String form();

  /** Whether a location is of this kind. */
  boolean serves(String location);

  /**
   * The same location with everything that may move resolved, so that all executors get the same
   * files.
   *
   * @throws IllegalArgumentException if it cannot be resolved, with the way out
   */
  default String pinned(String location) {
    return location;
  }

  /**
   * The local directory that holds the model's files, whole.
   *
   * @param location a location that is pinned
   * @throws IllegalArgumentException if there is nothing at the location, or no way to it
   * @throws IOException if copying fails; nothing is left then that looks like a model
   */
  Path localize(String location) throws IOException;
}
