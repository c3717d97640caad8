package io.sparkattention.jobs.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.sparkattention.jobs.input.CandidateTables;
import io.sparkattention.jobs.input.Candidates;
import io.sparkattention.jobs.output.OutputDirectory;
import io.sparkattention.jobs.output.Places;
import io.sparkattention.jobs.output.WholeFile;
import io.sparkattention.rerank.Rerankers;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.UsageException;
import io.sparkattention.udfs.work.RerankWork;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A file of rankings in the format of TREC runs: {@code query Q0 passage rank score tag}.
 * Candidates without a score are left out. Tools such as trec_eval read the scores and not the
 * ranks, and order equal scores their own way.
 *
 * @param path where it is written
 * @param tag names the run
 */
record TrecRunFile(Path path, String tag, FileSystem files) implements JobPlan.Export {

  static final JobOption<String> TREC_RUN =
      JobOption.optional(
              "trec-run",
              OptionType.PATH,
              "A file for the rankings in the format of TREC runs, beside --output")
          .forExecution();

  private static final int START = 4096;
  private static final Pattern LINE = Pattern.compile("\\S+ Q0 \\S+ \\d+ \\S+ \\S+(\n|$)");

  /** The file that settings name, if they do; notes why it cannot be written. */
  static Optional<TrecRunFile> of(
      SparkSession spark,
      JobSettings settings,
      List<JobOption<String>> inputs,
      Optional<CandidateTables> tables,
      Problems problems) {
    return settings
        .optional(TREC_RUN)
        .flatMap(location -> problems.check(() -> open(spark, settings, inputs, location)))
        .filter(
            file -> {
              tables.ifPresent(found -> problems.check(() -> requireFields(found)));
              return true;
            });
  }

  private static TrecRunFile open(
      SparkSession spark, JobSettings settings, List<JobOption<String>> inputs, String location) {
    try {
      Path named = new Path(location);
      FileSystem files = named.getFileSystem(spark.sessionState().newHadoopConf());
      Path path = files.makeQualified(named);
      requireApart(files, path, settings, inputs, location);
      boolean replaced = settings.value(RunOptions.OVERWRITE) || settings.value(RunOptions.RESUME);
      if (files.exists(path) && !(replaced && files.getFileStatus(path).isFile())) {
        throw new UsageException(
            List.of(
                "--trec-run "
                    + location
                    + " exists: add --overwrite to replace a file, or name"
                    + " another"));
      }
      if (files.exists(path) && !isRun(files, path)) {
        throw new UsageException(
            List.of("--trec-run " + location + " exists and is no run of TREC: name another file"));
      }
      return new TrecRunFile(
          path, Rerankers.REGISTRY.format(settings.value(RerankWork.STRATEGY)), files);
    } catch (UsageException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // of a file system whose classes are missing
      throw new UsageException(
          List.of("--trec-run " + location + " cannot be written: " + e.getMessage()));
    }
  }

  /** Refuses a file that is an input or lies in one, or in the output. */
  private static void requireApart(
      FileSystem files,
      Path path,
      JobSettings settings,
      List<JobOption<String>> inputs,
      String location)
      throws IOException {
    for (JobOption<String> input : inputs) {
      String named = settings.text(input).orElse("");
      for (FileStatus found : Places.found(files, named)) {
        if (Places.isIn(path, found.getPath())) {
          throw new UsageException(
              List.of(
                  "--trec-run "
                      + location
                      + " is or lies in the input "
                      + named
                      + ": name another file"));
        }
      }
    }
    String output = settings.text(RunOptions.OUTPUT).orElse("");
    if (!output.isEmpty() && Places.isIn(path, Places.resolved(files, output))) {
      throw new UsageException(
          List.of("--trec-run " + location + " lies in the output: name another file"));
    }
  }

  /** Whether a file is empty or begins as a run does. */
  private static boolean isRun(FileSystem files, Path path) throws IOException {
    try (InputStream in = files.open(path)) {
      String start = new String(in.readNBytes(START), StandardCharsets.UTF_8);
      return start.isEmpty() || LINE.matcher(start).lookingAt();
    }
  }

  private static void requireFields(CandidateTables tables) {
    requireFields(tables.queries(), Candidates.QUERY_ID);
    requireFields(tables.passages(), Candidates.PASSAGE_ID);
  }

  private static void requireFields(Dataset<Row> rows, String id) {
    List<Row> bad =
        rows.select(id)
            .filter(col(id).rlike("\\s").or(col(id).equalTo(lit(""))))
            .limit(1)
            .collectAsList();
    if (!bad.isEmpty()) {
      throw new UsageException(
          List.of(
              "--trec-run separates fields by white space, but "
                  + id
                  + " '"
                  + bad.get(0).getString(0)
                  + "' is empty or has some: use other ids, or leave --trec-run out"));
    }
  }

  @Override
  public Highlights write(Dataset<Row> rows, OutputDirectory output) throws IOException {
    Iterator<Row> ranked =
        rows.filter("score is not null")
            .select("query_id", "passage_id", "rank", "score")
            .orderBy("query_id", "rank")
            .toLocalIterator();
    WholeFile.write(files, path, out -> write(ranked, out));
    return Highlights.NONE;
  }

  private void write(Iterator<Row> ranked, OutputStream file) throws IOException {
    Writer out = new BufferedWriter(new OutputStreamWriter(file, StandardCharsets.UTF_8));
    while (ranked.hasNext()) {
      Row row = ranked.next();
      out.write(
          String.join(
                  " ",
                  row.getString(0),
                  "Q0",
                  row.getString(1),
                  String.valueOf(row.getInt(2)),
                  String.valueOf(row.getDouble(3)),
                  tag)
              + "\n");
    }
    out.flush();
  }
}
