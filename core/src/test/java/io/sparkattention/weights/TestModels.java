package io.sparkattention.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The known models, laid out once for all tests of a module. */
public final class TestModels {

  private static final Path CACHE = Path.of("target", "known-models");

  private TestModels() {}

  /** The directory of a known model. */
  public static Path directory(String name) {
    try {
      return KnownModels.named(name).materialize(CACHE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
