package io.sparkattention.udfs.location;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/** A directory of any file system that Hadoop reaches: {@code hdfs://}, {@code s3a://}, … */
final class HadoopSource implements ModelSource {

  /** Pickles are never read, and may be as large as all the rest. */
  private static final String PICKLES = ".*\\.(bin|pt|pth|ckpt|pkl)";

  @Override
  public String form() {
    return "hdfs:///a/directory";
  }

  @Override
  public boolean serves(String location) {
    return location.matches("[A-Za-z][A-Za-z0-9+.-]+:/.*");
  }

  @Override
  public Path localize(String location) throws IOException {
    var given = new org.apache.hadoop.fs.Path(location);
    FileSystem fileSystem = given.getFileSystem(configuration());
    var source = fileSystem.makeQualified(given);
    if (!fileSystem.exists(source)) {
      throw new IllegalArgumentException("there is no model at " + location);
    }
    if (!fileSystem.getFileStatus(source).isDirectory()) {
      throw new IllegalArgumentException(
          "there is a file at " + location + ": name the directory that holds the model's files");
    }
    return fileSystem.getScheme().equals("file")
        ? Path.of(source.toUri().getPath())
        : LocalFolders.copied(copy -> copyTree(fileSystem, source, copy));
  }

  /** How this application reaches file systems; an executor's own process was not told. */
  private static Configuration configuration() {
    return SparkEnv.get() == null
        ? SparkHadoopUtil.get().conf()
        : SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf());
  }

  private static void copyTree(FileSystem fileSystem, org.apache.hadoop.fs.Path source, Path target)
      throws IOException {
    RemoteIterator<LocatedFileStatus> files = fileSystem.listFiles(source, true);
    while (files.hasNext()) {
      LocatedFileStatus status = files.next();
      var file = status.getPath();
      if (!file.getName().matches(PICKLES)) {
        Path copy = target.resolve(source.toUri().relativize(file.toUri()).getPath());
        Files.createDirectories(copy.getParent());
        fileSystem.copyToLocalFile(false, file, new org.apache.hadoop.fs.Path(copy.toUri()), true);
        requireWhole(status, Files.size(copy));
      }
    }
  }

  private static void requireWhole(LocatedFileStatus status, long copied) throws IOException {
    if (copied != status.getLen()) {
      throw new IOException(
          status.getPath() + " has " + status.getLen() + " bytes, of which " + copied + " came");
    }
  }
}
