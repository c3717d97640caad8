package io.sparkattention.jobs.output;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.Path;

/** How the places of inputs and outputs lie to each other. Changes nothing. */
public final class Places {

  private Places() {}

  /** Whether a place is another one or lies in it; both with scheme and host. */
  public static boolean isIn(Path place, Path other) {
    String end = other.isRoot() ? "" : "/";
    return (place + "/").startsWith(other + end);
  }

  /** Whether Spark reads a path as a pattern of many. */
  static boolean isPattern(String path) {
    return path.chars().anyMatch(letter -> "*?[{\\".indexOf(letter) >= 0);
  }

  /** What a path or glob finds; nothing where it is on another file system, or no path at all. */
  public static List<FileStatus> found(FileSystem files, String location) throws IOException {
    try {
      FileStatus[] found = files.globStatus(new Path(location));
      return found == null ? List.of() : List.of(found);
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /** A location with scheme and host, those of a file system where it names none. */
  public static Path resolved(FileSystem files, String location) {
    return new Path(location).makeQualified(files.getUri(), files.getWorkingDirectory());
  }

  /** Why an output cannot lie where it is to go, if an input is in it, or it is in the input. */
  static Optional<String> nesting(FileSystem files, Path output, String input) throws IOException {
    for (FileStatus each : found(files, input)) {
      if (isIn(each.getPath(), output)) {
        return Optional.of(
            "input " + input + " lies in the output " + output + ": name another output");
      }
      if (each.isDirectory() && isIn(output, each.getPath())) {
        return Optional.of(inside(output, input));
      }
    }
    return finds(files, input, output) ? Optional.of(inside(output, input)) : Optional.empty();
  }

  private static String inside(Path output, String input) {
    return "output "
        + output
        + " lies in the input "
        + input
        + " and would be read with it: name another output";
  }

  /** Whether a glob would find an output, or a directory above it, once it exists. */
  private static boolean finds(FileSystem files, String glob, Path output) throws IOException {
    if (!isPattern(glob)) {
      return false;
    }
    Path pattern;
    try {
      pattern = resolved(files, glob);
    } catch (IllegalArgumentException e) {
      return false; // no path at all
    }
    Path place = output;
    while (place.depth() > pattern.depth()) {
      place = place.getParent();
    }
    while (place.depth() == pattern.depth() && !place.isRoot()) {
      if (!new GlobFilter(pattern.getName()).accept(place)) {
        return false;
      }
      place = place.getParent();
      pattern = pattern.getParent();
    }
    return place.equals(pattern);
  }
}
