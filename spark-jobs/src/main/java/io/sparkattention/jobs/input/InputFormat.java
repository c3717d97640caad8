package io.sparkattention.jobs.input;

import io.sparkattention.udfs.config.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** The formats that a file's name tells. */
enum InputFormat {
  /** One JSON object a line. */
  JSON("json", "jsonl", "json", "ndjson"),
  PARQUET("parquet", "parquet"),
  ORC("orc", "orc"),
  /** Comma-separated values with a header line. */
  CSV("csv", "csv"),
  /** One document a file. */
  TEXT("text", "txt", "text", "md"),
  /** Runs and judgements of TREC, with white space between fields. */
  TREC("trec", "trec", "run", "qrels");

  private static final Set<String> COMPRESSIONS =
      Set.of("gz", "bz2", "zst", "lz4", "snappy", "deflate");

  private final String spelling;
  private final Set<String> extensions;

  InputFormat(String spelling, String... extensions) {
    this.spelling = spelling;
    this.extensions = Set.of(extensions);
  }

  /** Its name as an option and as a Spark source. */
  String spelling() {
    return spelling;
  }

  static Optional<InputFormat> named(String name) {
    return Arrays.stream(values()).filter(each -> each.spelling.equals(name)).findFirst();
  }

  /** The format of files whose names end like this, such as {@code jsonl}. */
  static Optional<InputFormat> ofExtension(String extension) {
    return Arrays.stream(values()).filter(f -> f.extensions.contains(extension)).findFirst();
  }

  /**
   * The format of the data files under a path or glob; empty if their names do not tell.
   *
   * @throws UsageException if they are of several
   */
  static Optional<InputFormat> of(Path glob, FileSystem files) {
    try {
      FileStatus[] found = files.globStatus(glob);
      Set<String> extensions = new TreeSet<>();
      for (FileStatus each : found == null ? new FileStatus[0] : found) {
        if (each.isFile()) {
          extensions.add(extension(each.getPath().getName()));
        } else {
          addExtensions(each.getPath(), files, extensions);
        }
      }
      List<Optional<InputFormat>> formats =
          extensions.stream().map(InputFormat::ofExtension).distinct().toList();
      if (formats.size() > 1) {
        throw new UsageException(
            List.of(
                "input "
                    + glob
                    + " has files of several formats, that end in "
                    + String.join(", ", extensions)
                    + ": name those of one by a glob, or the format of all by --format"));
      }
      return formats.isEmpty() ? Optional.empty() : formats.get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void addExtensions(Path directory, FileSystem files, Set<String> extensions)
      throws IOException {
    RemoteIterator<LocatedFileStatus> all = files.listFiles(directory, true);
    int depth = directory.depth();
    while (all.hasNext()) {
      Path file = all.next().getPath();
      if (!isHidden(file, file.depth() - depth)) {
        extensions.add(extension(file.getName()));
      }
    }
  }

  /** Whether Spark passes over a file for one of the last names in its path. */
  private static boolean isHidden(Path file, int names) {
    Path path = file;
    for (int i = 0; i < names; i++) {
      String name = path.getName();
      if (name.startsWith(".") || (name.startsWith("_") && !name.contains("="))) {
        return true;
      }
      path = path.getParent();
    }
    return false;
  }

  /** What a name ends in, its compression left out; all of it where it has no full stop. */
  private static String extension(String name) {
    String[] parts = name.split("\\.");
    int last = parts.length - 1;
    if (last > 0 && COMPRESSIONS.contains(parts[last])) {
      last--;
    }
    return parts[Math.max(last, 0)];
  }

  /** All names, sorted. */
  static List<String> spellings() {
    return Arrays.stream(values()).map(InputFormat::spelling).sorted().toList();
  }
}
