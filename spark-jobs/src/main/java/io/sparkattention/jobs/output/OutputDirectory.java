package io.sparkattention.jobs.output;

import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * What is written down about an output: what is committed in it, and what a new run may do with it.
 * For files this lies in the directory of the output itself, for a table in a directory beside it.
 */
public final class OutputDirectory {

  private static final String RUN = "_run.json";
  private static final String SUCCESS = "_SUCCESS";

  /** What the name of a directory beside a table ends with. */
  private static final String BESIDE = "_run";

  private final Path root;
  private final FileSystem files;
  private final SliceTarget target;
  private final RunToken token;
  private final SliceFolder slices;
  private final EarlierOutput before;

  /**
   * @param location a directory, or what names a table to its format
   * @param runDirectory where to write about a table; by default its location and {@value #BESIDE}
   * @throws UsageException if there is no file system for the location, if Spark would read it as a
   *     pattern, or if a run directory is given for files, which need none
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
    } catch (IOException | RuntimeException e) { // of a file system whose classes are missing
      throw new UsageException(
          List.of("output " + place + " is on no file system: " + e.getMessage()));
    }
    if (Places.isPattern(root.toString())) {
      throw new UsageException(
          List.of(
              "output "
                  + root
                  + " could not be read again: Spark takes *, ?, [, { and \\ in paths as patterns:"
                  + " name another"));
    }
    token = new RunToken(files, root);
    slices = new SliceFolder(files, root);
    target =
        format.isOfFiles()
            ? new FileTarget(spark, files, root, format)
            : new TableTarget(spark, location, format);
    before = new EarlierOutput(files, root, target);
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
    before.check(mode, problems);
  }

  /** Notes an input that this output lies in, or that lies in it; a table's name is neither. */
  public void checkApart(String input, Problems problems) throws IOException {
    Places.nesting(files, root, input).ifPresent(problems::add);
  }

  /**
   * Readies the directory for a run and returns the slices that are committed.
   *
   * @throws UsageException with every difference, if a run with another manifest is to be resumed
   */
  public List<Slice> open(OutputMode mode, Manifest manifest, OutputSchema schema)
      throws IOException {
    Path path = new Path(root, EarlierOutput.MANIFEST);
    boolean resumed = mode == OutputMode.RESUME && files.exists(path);
    if (resumed) {
      before.requireSame(Json.read(files, path, Manifest.class), manifest);
    }
    if (mode == OutputMode.NEW || !before.exists()) {
      token.takeNew();
    } else {
      token.take();
    }
    files.delete(new Path(root, SUCCESS), false); // before any row that it stands for
    if (mode == OutputMode.OVERWRITE) {
      // In this order a run that dies in between leaves what the old manifest describes.
      slices.forget();
      target.clear(schema.type());
    }
    if (!resumed) {
      Json.write(files, path, manifest);
    }
    List<Slice> committed = slices.committed();
    if (committed.isEmpty()) {
      target.create(schema.type());
    }
    slices.removeLeftovers(committed);
    return committed;
  }

  /** Where this run writes a slice before it is committed. */
  Path staging() {
    return slices.staging(token.text());
  }

  /** The files that were staged. */
  List<Path> staged() throws IOException {
    return slices.staged(token.text());
  }

  /** Whether another run has taken the output since it was opened. */
  public boolean isLost() throws IOException {
    return !token.isOurs();
  }

  /**
   * Ends a run that lost the output.
   *
   * @throws IOException if it did
   */
  void requireOurs() throws IOException {
    token.require();
  }

  /**
   * Writes a slice down, which commits it.
   *
   * @throws IOException if another run has taken the output; files of the slice are removed
   */
  Slice commit(Slice slice) throws IOException {
    if (isLost()) {
      slices.removeFiles(slice);
    }
    requireOurs();
    slices.commit(slice);
    return slice;
  }

  /**
   * Removes what no slice lists, once all are committed.
   *
   * @throws IOException if the slices are others than a run believes
   */
  void requireListed(List<Slice> believed) throws IOException {
    requireOurs();
    if (!slices.committed().equals(believed)) {
      throw new IOException("another run has changed the slices of output " + location());
    }
    slices.removeLeftovers(believed);
  }

  /**
   * Where something lies that follows from the rows.
   *
   * @param name begins with an underscore, so that readers of the rows pass over it
   */
  public Path beside(String name) {
    return new Path(root, name);
  }

  /** Whether something of that name lies beside the rows. */
  public boolean holds(String name) throws IOException {
    return files.exists(beside(name));
  }

  /** Writes a file of JSON beside the rows; one of that name is replaced. */
  public void writeJson(String name, Object value) throws IOException {
    Json.write(files, beside(name), value);
  }

  /** Writes a file of text beside the rows; one of that name is replaced. */
  public void writeText(String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    WholeFile.write(files, beside(name), out -> out.write(bytes));
  }

  /**
   * Writes {@code _run.json}.
   *
   * @throws IOException if another run has taken the output, too
   */
  public void writeRun(RunRecord run) throws IOException {
    requireOurs();
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
