package io.sparkattention.udfs.location;

import io.sparkattention.udfs.LocalSpark;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.SparkEnv;

/** The local disk under another scheme, as a store that must be copied from. */
public final class StoreFileSystem extends RawLocalFileSystem {

  private static final String SCHEME = "teststore";
  private static final URI ROOT = URI.create(SCHEME + ":///");

  /** The location of a local path in this store. */
  static String location(Path path) {
    LocalSpark.session(); // only its own configuration knows the store, as on an executor
    String key = "spark.hadoop.fs." + SCHEME + ".impl";
    SparkEnv.get().conf().set(key, StoreFileSystem.class.getName());
    return SCHEME + ":" + path.toAbsolutePath();
  }

  @Override
  public void initialize(URI uri, Configuration conf) throws IOException {
    super.initialize(ROOT, conf);
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  public FileStatus[] listStatus(org.apache.hadoop.fs.Path directory) throws IOException {
    return Arrays.stream(super.listStatus(directory))
        .map(StoreFileSystem::plain)
        .toArray(FileStatus[]::new);
  }

  /** Without what the local disk would have to be asked for, under its own scheme. */
  private static FileStatus plain(FileStatus status) {
    return new FileStatus(status.getLen(), status.isDirectory(), 1, 1 << 20, 0, status.getPath());
  }

  @Override
  public FSDataInputStream open(org.apache.hadoop.fs.Path file, int bufferSize) throws IOException {
    if (file.getName().startsWith("fails")) {
      throw new IOException("the store fails");
    }
    return super.open(file, bufferSize);
  }
}
