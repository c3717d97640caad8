package io.sparkattention.udfs.location;

import io.sparkattention.weights.KnownModels;
import java.io.IOException;
import java.nio.file.Path;

/** A model with a short name; it is laid out once on each machine, with its checksums. */
final class KnownModelSource implements ModelSource {

  @Override
  public String form() {
    return "name";
  }

  @Override
  public boolean serves(String location) {
    return KnownModels.contains(location);
  }

  @Override
  public Path localize(String location) throws IOException {
    return KnownModels.named(location).materialize(LocalFolders.lasting());
  }
}
