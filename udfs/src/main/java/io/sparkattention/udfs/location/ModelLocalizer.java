package io.sparkattention.udfs.location;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Brings a model's files to the local disk, once per process, wherever they lie. */
public final class ModelLocalizer {

  private static final ModelLocalizer PROCESS = new ModelLocalizer(ModelSources::of);

  private final Function<String, ModelSource> sources;
  private final Map<String, String> pinned = new ConcurrentHashMap<>();
  private final Map<String, Path> localized = new ConcurrentHashMap<>();

  ModelLocalizer(Function<String, ModelSource> sources) {
    this.sources = sources;
  }

  /**
   * A location that means the same files on every machine and at any time: a revision that moves,
   * such as a branch, becomes the commit that it is at when this process first asks. The driver
   * asks before it ships a spec.
   *
   * @throws IllegalArgumentException if it cannot be resolved, with the way out
   */
  public static String pinned(String location) {
    return PROCESS.pin(location);
  }

  /**
   * The local directory of a location.
   *
   * @throws IllegalArgumentException if there is nothing at the location, or no way to it
   * @throws ModelUnreachableException if copying fails
   */
  public static Path localize(String location) {
    return PROCESS.once(location);
  }

  /** The directory of a location; callers that ask at once wait for the one that fetches. */
  Path once(String location) {
    ModelSource source = sources.apply(location);
    return localized.computeIfAbsent(pin(location), each -> localize(source, each));
  }

  private String pin(String location) {
    return pinned.computeIfAbsent(location, sources.apply(location)::pinned);
  }

  private static Path localize(ModelSource source, String location) {
    try {
      return source.localize(location);
    } catch (IOException e) {
      throw new ModelUnreachableException(location, e);
    }
  }
}
