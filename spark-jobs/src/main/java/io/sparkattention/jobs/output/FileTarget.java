package io.sparkattention.jobs.output;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A directory of files: those of a slice move in, and count once a slice lists them. */
final class FileTarget implements SliceTarget {

  /** Stay while all else is removed, which is many steps: by them an output is known. */
  private static final Set<String> KEPT = Set.of(EarlierOutput.MANIFEST, RunToken.NAME);

  private final SparkSession spark;
  private final FileSystem files;
  private final Path root;
  private final OutputFormat format;

  FileTarget(SparkSession spark, FileSystem files, Path root, OutputFormat format) {
    this.spark = spark;
    this.files = files;
    this.root = root;
    this.format = format;
  }

  @Override
  public String location() {
    return root.toString();
  }

  @Override
  public boolean exists() throws IOException {
    return files.exists(root)
        && (files.getFileStatus(root).isFile() || files.listStatus(root).length > 0);
  }

  @Override
  public void clear(StructType type) throws IOException {
    for (FileStatus file : files.listStatus(root)) {
      if (!KEPT.contains(file.getPath().getName())) {
        files.delete(file.getPath(), true);
      }
    }
  }

  @Override
  public void create(StructType type) throws IOException {
    files.mkdirs(root);
  }

  @Override
  public OutputFormat stagingFormat() {
    return format;
  }

  @Override
  public List<String> take(int number, List<Path> staged, Dataset<Row> rows) throws IOException {
    List<String> names = new ArrayList<>();
    for (Path file : staged) {
      String name = String.format("slice-%05d-%s", number, file.getName());
      if (!files.rename(file, new Path(root, name))) {
        throw new IOException(file + " could not be renamed to " + name + " in " + root);
      }
      names.add(name);
    }
    return names;
  }

  @Override
  public Dataset<Row> read(List<Slice> committed, StructType type) {
    String[] paths =
        committed.stream()
            .flatMap(slice -> slice.files().stream())
            .map(name -> new Path(root, name).toString())
            .toArray(String[]::new);
    return spark.read().format(format.name()).options(format.options()).schema(type).load(paths);
  }

  @Override
  public Optional<Dataset<Row>> held(StructType type) {
    return Optional.empty(); // files that no slice lists are removed
  }
}
