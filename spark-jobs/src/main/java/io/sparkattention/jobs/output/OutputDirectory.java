package io.sparkattention.jobs.output;

import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.UsageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * What is written down about an output: what is committed in it, and what a new run may do with it.
 * For files this lies in the directory of the output itself, for a table in a directory beside it.
 */
public final class OutputDirectory {

  private static final String MANIFEST = "_manifest.json";
  private static final String SLICES = "_slices";
  private static final String STAGING = "_staging";
  private static final String RUN = "_run.json";
  private static final String SUCCESS = "_SUCCESS";

  /** What the name of a directory beside a table ends with. */
  private static final String BESIDE = "_run";

  private final Path root;
  private final FileSystem files;
  private final SliceTarget target;

  /**
   * @param location a directory, or what names a table to its format
   * @param runDirectory where to write about a table; by default its location and {@value #BESIDE}
   * @throws UsageException if there is no file system for the location, or if a run directory is
   *     given for files, which need none
   */
  public OutputDirectory(
      SparkSession spark, String location, OutputFormat format, Optional<String> runDirectory) {
    if (format.isOfFiles() && runDirectory.isPresent()) {
      throw new UsageException(
          List.of(
              "--run-directory is for tables: files of format "
                  + format.name()
                  + " keep everything in --output"));
    }
    String place =
        format.isOfFiles()
            ? location
            : runDirectory.orElseGet(() -> location.replaceFirst("/+$", "") + BESIDE);
    try {
      Path path = new Path(place);
      files = path.getFileSystem(spark.sessionState().newHadoopConf());
      root = files.makeQualified(path);
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException(
          List.of("output " + place + " is on no file system: " + e.getMessage()));
    }
    target =
        format.isOfFiles()
            ? new FileTarget(spark, files, root, format)
            : new TableTarget(spark, location, format);
  }

  /** Where the results are: a directory with scheme and host, or what names a table. */
  public String location() {
    return target.location();
  }

  /** Where the slices go. */
  SliceTarget target() {
    return target;
  }

  /** Notes why a mode cannot be used here. Changes nothing. */
  public void check(OutputMode mode, Problems problems) throws IOException {
    if (!exists()) {
      return;
    }
    boolean ours = files.exists(new Path(root, MANIFEST));
    switch (mode) {
      case NEW ->
          problems.add(
              "output "
                  + (target.exists() ? location() : root)
                  + " exists: add --resume to go on with it, --overwrite to replace it,"
                  + " or name another");
      case RESUME -> {
        if (!ours) {
          problems.add("output " + location() + " cannot be resumed: " + noManifest());
        }
      }
      case OVERWRITE -> {
        if (!ours) {
          problems.add(
              "output "
                  + location()
                  + " is not replaced, since "
                  + noManifest()
                  + " and so is no output of a job: delete it yourself, or name another");
        }
      }
    }
  }

  private String noManifest() {
    return target instanceof FileTarget
        ? "it has no " + MANIFEST
        : "there is no " + MANIFEST + " in " + root;
  }

  /** Notes an input that overwriting would delete; a table's name is no input of files. */
  public void checkKeeps(String input, Problems problems) throws IOException {
    FileStatus[] found;
    try {
      found = files.globStatus(new Path(input));
    } catch (IllegalArgumentException e) {
      return; // on another file system, or no path at all
    }
    String inside = root + "/";
    for (FileStatus each : found == null ? new FileStatus[0] : found) {
      if ((each.getPath() + "/").startsWith(inside)) {
        problems.add("input " + input + " lies in the output " + root + ": name another output");
        return;
      }
    }
  }

  /**
   * Readies the directory for a run and returns the slices that are committed.
   *
   * @throws UsageException with every difference, if a run with another manifest is to be resumed
   */
  public List<Slice> open(OutputMode mode, Manifest manifest, OutputSchema schema)
      throws IOException {
    if (mode == OutputMode.OVERWRITE && exists()) {
      // In this order a run that dies in between leaves what the old manifest describes.
      files.delete(new Path(root, SLICES), true);
      target.clear(schema.type());
    }
    Path path = new Path(root, MANIFEST);
    if (mode == OutputMode.RESUME && files.exists(path)) {
      List<String> differences = Json.read(files, path, Manifest.class).differences(manifest);
      if (!differences.isEmpty()) {
        throw new UsageException(
            List.of(
                "output "
                    + location()
                    + " cannot be resumed with other settings: "
                    + String.join("; ", differences)));
      }
    } else {
      files.mkdirs(root);
      Json.write(files, path, manifest);
    }
    files.delete(new Path(root, SUCCESS), false);
    List<Slice> slices = slices();
    if (slices.isEmpty()) {
      target.create(schema.type());
    }
    removeLeftovers(slices);
    return slices;
  }

  private boolean exists() throws IOException {
    return target.exists() || (files.exists(root) && files.listStatus(root).length > 0);
  }

  private List<Slice> slices() throws IOException {
    Path folder = new Path(root, SLICES);
    files.mkdirs(folder);
    List<Slice> slices = new ArrayList<>();
    for (FileStatus file : files.listStatus(folder)) {
      if (!file.getPath().getName().startsWith(".")) {
        slices.add(Json.read(files, file.getPath(), Slice.class));
      }
    }
    slices.sort(Comparator.comparingInt(Slice::number));
    return slices;
  }

  private void removeLeftovers(List<Slice> slices) throws IOException {
    files.delete(new Path(root, STAGING), true);
    Set<String> committed = new HashSet<>();
    slices.forEach(slice -> committed.addAll(slice.files()));
    for (FileStatus file : files.listStatus(root)) {
      String name = file.getPath().getName();
      if (file.isFile() && name.startsWith("slice-") && !committed.contains(name)) {
        files.delete(file.getPath(), false);
      }
    }
  }

  /** Where a slice is written before it is committed. */
  Path staging() {
    return new Path(root, STAGING);
  }

  /** The files that were staged. */
  List<Path> staged() throws IOException {
    List<Path> staged = new ArrayList<>();
    for (FileStatus file : files.listStatus(staging())) {
      if (file.isFile() && file.getPath().getName().startsWith("part-")) {
        staged.add(file.getPath());
      }
    }
    return staged;
  }

  /** Writes a slice down, which commits it. */
  Slice commit(Slice slice) throws IOException {
    String name = String.format("/%05d.json", slice.number());
    Json.write(files, new Path(root, SLICES + name), slice);
    files.delete(staging(), true);
    return slice;
  }

  /**
   * Where something lies that follows from the rows.
   *
   * @param name begins with an underscore, so that readers of the rows pass over it
   */
  public Path beside(String name) {
    return new Path(root, name);
  }

  /** Writes a file of JSON beside the rows; one of that name is replaced. */
  public void writeJson(String name, Object value) throws IOException {
    Json.write(files, beside(name), value);
  }

  /** Writes a file of text beside the rows; one of that name is replaced. */
  public void writeText(String name, String text) throws IOException {
    try (OutputStream out = files.create(beside(name), true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Writes {@code _run.json}. */
  public void writeRun(RunRecord run) throws IOException {
    Json.write(files, new Path(root, RUN), run);
  }

  /** The {@code _run.json} of the last run, if there is one. */
  public Optional<RunRecord> lastRun() throws IOException {
    Path path = new Path(root, RUN);
    return files.exists(path)
        ? Optional.of(Json.read(files, path, RunRecord.class))
        : Optional.empty();
  }

  /** Marks the output as complete. */
  public void succeed() throws IOException {
    files.create(new Path(root, SUCCESS), true).close();
  }
}
