package io.sparkattention.udfs.location;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;

/**
 * A directory that Spark itself brought to its executors: an archive of {@code spark.archives}
 * ({@code --archives model.zip#name}), unpacked, or a directory of {@code spark.files}.
 */
final class ArchiveSource implements ModelSource {

  private static final String SCHEME = "archive:";

  @Override
  public String form() {
    return SCHEME + "name";
  }

  @Override
  public boolean serves(String location) {
    return location.startsWith(SCHEME);
  }

  @Override
  public Path localize(String location) {
    String name = location.substring(SCHEME.length());
    Path relative = Path.of(name).normalize();
    if (name.isBlank() || relative.isAbsolute() || relative.startsWith("..")) {
      throw new IllegalArgumentException(
          "model '" + location + "': name an archive of --archives, as archive:name");
    }
    if (SparkEnv.get() == null) {
      throw new IllegalArgumentException(
          "model '" + location + "' needs Spark, which is not running in this process");
    }
    Path directory = Path.of(SparkFiles.get(relative.toString())).toAbsolutePath();
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          "model '"
              + location
              + "': Spark brought no directory of that name to "
              + directory.getParent()
              + "; submit with --archives model.zip#"
              + relative.getName(0));
    }
    return directory;
  }
}
