package io.sparkattention.jobs.output;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The slices of an output as they are written down, and what is staged for the next one.
 *
 * @param root the directory where the output is written down
 */
record SliceFolder(FileSystem files, Path root) {

  private static final String SLICES = "_slices";
  private static final String STAGING = "_staging";

  /** What is committed, in order. */
  List<Slice> committed() throws IOException {
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

  /** Writes a slice down. */
  void commit(Slice slice) throws IOException {
    String name = String.format("/%05d.json", slice.number());
    Json.write(files, new Path(root, SLICES + name), slice);
    files.delete(new Path(root, STAGING), true);
  }

  /** Writes down that there is none. */
  void forget() throws IOException {
    files.delete(new Path(root, SLICES), true);
  }

  /** Removes the files of a slice that is not to be committed. */
  void removeFiles(Slice slice) throws IOException {
    for (String name : slice.files()) {
      files.delete(new Path(root, name), false);
    }
  }

  /** Removes what is staged, and files that no slice lists. */
  void removeLeftovers(List<Slice> slices) throws IOException {
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

  /** Where a run stages a slice. */
  Path staging(String run) {
    return new Path(new Path(root, STAGING), run);
  }

  /** The files that a run staged. */
  List<Path> staged(String run) throws IOException {
    List<Path> staged = new ArrayList<>();
    for (FileStatus file : files.listStatus(staging(run))) {
      if (file.isFile() && file.getPath().getName().startsWith("part-")) {
        staged.add(file.getPath());
      }
    }
    return staged;
  }
}
