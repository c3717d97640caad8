package io.sparkattention.jobs.output;

import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.UsageException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What lies where an output is to go, and what a new run may do with it. Changes nothing.
 *
 * @param root the directory where the output is written down
 */
record EarlierOutput(FileSystem files, Path root, SliceTarget target) {

  /** The file by which an output of a job is known. */
  static final String MANIFEST = "_manifest.json";

  /** Whether anything is there. */
  boolean exists() throws IOException {
    return target.exists() || (files.exists(root) && files.listStatus(root).length > 0);
  }

  /** Notes why a mode cannot be used here. */
  void check(OutputMode mode, Problems problems) throws IOException {
    if (!exists()) {
      return;
    }
    boolean ours = files.exists(new Path(root, MANIFEST));
    switch (mode) {
      case NEW ->
          problems.add(
              "output "
                  + (target.exists() ? target.location() : root)
                  + " exists: add --resume to go on with it, --overwrite to replace it,"
                  + " or name another");
      case RESUME -> {
        if (!ours && !files.exists(new Path(root, RunToken.NAME))) {
          problems.add("output " + target.location() + " cannot be resumed: " + noManifest());
        }
      }
      case OVERWRITE -> {
        if (!ours) {
          problems.add(
              "output "
                  + target.location()
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

  /**
   * Makes sure that a run may go on from this.
   *
   * @throws UsageException with every difference
   */
  void requireSame(Manifest before, Manifest now) {
    List<String> differences = before.differences(now);
    if (!differences.isEmpty()) {
      throw new UsageException(
          List.of(
              "output "
                  + target.location()
                  + " cannot be resumed with other settings: "
                  + String.join("; ", differences)));
    }
  }
}
