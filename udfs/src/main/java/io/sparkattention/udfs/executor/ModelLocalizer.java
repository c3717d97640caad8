package io.sparkattention.udfs.executor;

import io.sparkattention.weights.KnownModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a model's files to the local disk, once per process: known names, directories, {@code
 * classpath:} resources and every file system that Hadoop reaches.
 */
final class ModelLocalizer {

  private static final Logger LOG = LoggerFactory.getLogger(ModelLocalizer.class);
  private static final String CLASS_PATH = "classpath:";
  private static final Map<String, Path> LOCALIZED = new ConcurrentHashMap<>();
  private static Path cache;

  private ModelLocalizer() {}

  /**
   * The local directory of a location.
   *
   * @throws IllegalArgumentException if there is nothing at the location, or no way to it
   * @throws UncheckedIOException if copying fails
   */
  static Path localize(String location) {
    return LOCALIZED.computeIfAbsent(location, ModelLocalizer::fetch);
  }

  private static Path fetch(String location) {
    try {
      if (location.startsWith(CLASS_PATH)) {
        return fromClassPath(location.substring(CLASS_PATH.length()));
      }
      if (location.startsWith("hf://")) {
        throw new IllegalArgumentException(
            "model '"
                + location
                + "': hf:// is not supported yet; download the model and name its"
                + " directory");
      }
      if (location.matches("[A-Za-z][A-Za-z0-9+.-]+:/.*")) {
        return fromFileSystem(location);
      }
      if (KnownModels.contains(location)) {
        return KnownModels.named(location).materialize(knownModels());
      }
      Path directory = Path.of(location).toAbsolutePath();
      if (!Files.exists(directory)) {
        throw new IllegalArgumentException(
            "there is no model at "
                + directory
                + ": name a directory, a URI such as"
                + " hdfs:///models/minilm, or one of "
                + String.join(", ", KnownModels.names()));
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "model '" + location + "' cannot be read: " + e.getMessage(), e);
    }
  }

  private static Path fromFileSystem(String location) throws IOException {
    org.apache.hadoop.fs.Path source = new org.apache.hadoop.fs.Path(location);
    Configuration configuration = SparkHadoopUtil.get().conf();
    FileSystem fileSystem = source.getFileSystem(configuration);
    if (!fileSystem.exists(source)) {
      throw new IllegalArgumentException("there is no model at " + location);
    }
    if (fileSystem.getScheme().equals("file")) {
      return Path.of(source.toUri().getPath());
    }
    Path directory = Files.createTempDirectory(cache(), "model-").resolve("files");
    fileSystem.copyToLocalFile(false, source, toHadoop(directory), true);
    return directory;
  }

  private static org.apache.hadoop.fs.Path toHadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  private static Path fromClassPath(String name) throws IOException {
    var url = Thread.currentThread().getContextClassLoader().getResource(name);
    if (url == null) {
      throw new IllegalArgumentException("there is no model on the class path at " + name);
    }
    try {
      URI uri = url.toURI();
      if (uri.getScheme().equals("file")) {
        return Path.of(uri);
      }
      try (var archive = FileSystems.newFileSystem(uri, Map.of())) {
        return copyTree(archive.getPath(name.startsWith("/") ? name : "/" + name));
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("class path entry " + url + " is no address", e);
    }
  }

  private static Path copyTree(Path source) throws IOException {
    Path target = Files.createTempDirectory(cache(), "model-");
    List<Path> files;
    try (Stream<Path> walk = Files.walk(source)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path copy = target.resolve(source.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
    return target;
  }

  /** Where known models stay from one run to the next; their checksums are kept beside them. */
  private static Path knownModels() throws IOException {
    String folder = System.getenv("SPARK_ATTENTION_CACHE");
    Path chosen =
        folder == null || folder.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache", "spark-attention")
            : Path.of(folder);
    try {
      return Files.createDirectories(chosen);
    } catch (IOException e) {
      LOG.warn("{} cannot be used; the model is laid out anew in a temporary directory", chosen, e);
      return cache();
    }
  }

  private static synchronized Path cache() throws IOException {
    if (cache == null) {
      Path directory = Files.createTempDirectory("spark-attention-");
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> FileUtils.deleteQuietly(directory.toFile())));
      cache = directory;
    }
    return cache;
  }
}
