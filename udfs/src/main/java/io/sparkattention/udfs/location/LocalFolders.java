package io.sparkattention.udfs.location;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.commons.io.FileUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where copies of models lie on this machine. */
final class LocalFolders {

  private static final Logger LOG = LoggerFactory.getLogger(LocalFolders.class);
  private static Path temporary;

  /** Writes the files of a directory. */
  @FunctionalInterface
  interface Filling {
    void fill(Path directory) throws IOException;
  }

  private LocalFolders() {}

  /** The folder that stays from one run to the next, for what is checked against checksums. */
  static Path lasting() throws IOException {
    String folder = System.getenv("SPARK_ATTENTION_CACHE");
    Path chosen =
        folder == null || folder.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache", "spark-attention")
            : Path.of(folder);
    try {
      return Files.createDirectories(chosen);
    } catch (IOException e) {
      LOG.warn("{} cannot be used; the model is laid out anew in a temporary directory", chosen, e);
      return temporary();
    }
  }

  /** A new directory that ends with this process; if filling it fails, nothing of it is left. */
  static Path copied(Filling filling) throws IOException {
    Path begun = Files.createTempDirectory(temporary(), "model-");
    try {
      Path partial = Files.createDirectory(begun.resolve("partial"));
      filling.fill(partial);
      return Files.move(partial, begun.resolve("files"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      FileUtils.deleteQuietly(begun.toFile());
      throw e;
    }
  }

  private static synchronized Path temporary() throws IOException {
    if (temporary == null) {
      Path directory = Files.createTempDirectory("spark-attention-");
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> FileUtils.deleteQuietly(directory.toFile())));
      temporary = directory;
    }
    return temporary;
  }
}
