package io.sparkattention.jobs.output;

import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Files that appear whole or not at all, on every file system: object stores, too, make a file of
 * what was written when a writer fails. One that exists is replaced; for a moment there is none.
 */
public final class WholeFile {

  /** Writes what a file is to hold. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private WholeFile() {}

  /** Writes a file beside its place and moves it there. */
  public static void write(FileSystem files, Path path, Content content) throws IOException {
    String name = "." + path.getName() + "." + UUID.randomUUID() + ".partial";
    Path partial = new Path(path.getParent(), name);
    try {
      try (OutputStream out = files.create(partial, true)) {
        content.writeTo(out);
      }
      files.delete(path, false);
      if (!files.rename(partial, path)) {
        throw new IOException(partial + " could not be renamed to " + path);
      }
    } catch (IOException | RuntimeException | Error e) {
      removeAfter(e, files, partial);
      throw e;
    }
  }

  private static void removeAfter(Throwable failure, FileSystem files, Path partial) {
    try {
      files.delete(partial, false);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
