package io.sparkattention.udfs.location;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The place of a model failed while its files were copied; nothing of the copy is left. */
public final class ModelUnreachableException extends UncheckedIOException {

  private static final long serialVersionUID = 1L;

  ModelUnreachableException(String location, IOException cause) {
    super("model '" + location + "' cannot be read: " + cause.getMessage(), cause);
  }
}
