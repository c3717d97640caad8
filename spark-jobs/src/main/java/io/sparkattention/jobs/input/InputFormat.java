package io.sparkattention.jobs.input;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

  /** The format of the first data file under a path or glob; empty if its name does not tell. */
  static Optional<InputFormat> of(Path glob, FileSystem files) {
    try {
      FileStatus[] found = files.globStatus(glob);
      if (found == null) {
        return Optional.empty();
      }
      for (FileStatus each : found) {
        Optional<Path> file = each.isFile() ? Optional.of(each.getPath()) : first(each, files);
        if (file.isPresent()) {
          return ofName(file.get().getName());
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> first(FileStatus directory, FileSystem files) throws IOException {
    RemoteIterator<LocatedFileStatus> all = files.listFiles(directory.getPath(), true);
    while (all.hasNext()) {
      Path file = all.next().getPath();
      if (!file.getName().startsWith("_") && !file.getName().startsWith(".")) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private static Optional<InputFormat> ofName(String name) {
    String[] parts = name.split("\\.");
    int last = parts.length - 1;
    if (last > 0 && COMPRESSIONS.contains(parts[last])) {
      last--;
    }
    String extension = parts[last];
    return Arrays.stream(values()).filter(f -> f.extensions.contains(extension)).findFirst();
  }

  static String spellings() {
    return Arrays.stream(values())
        .map(InputFormat::spelling)
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
