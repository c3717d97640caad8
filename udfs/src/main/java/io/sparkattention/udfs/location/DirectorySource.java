package io.sparkattention.udfs.location;

import io.sparkattention.weights.KnownModels;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory of the local disk, used as it is; every executor must have it. */
final class DirectorySource implements ModelSource {

  @Override
  public String form() {
    return "/a/directory";
  }

  @Override
  public boolean serves(String location) {
    return true;
  }

  @Override
  public Path localize(String location) {
    Path directory = Path.of(location).toAbsolutePath();
    if (!Files.exists(directory)) {
      throw new IllegalArgumentException(
          "there is no model at "
              + directory
              + ": a location is one of the names "
              + String.join(", ", KnownModels.names())
              + ", or has one of the forms "
              + ModelSources.forms());
    }
    return directory;
  }
}
