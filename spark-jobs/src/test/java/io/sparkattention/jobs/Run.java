package io.sparkattention.jobs;

import io.sparkattention.jobs.cli.SparkAttention;
import io.sparkattention.jobs.job.ExitCode;
import io.sparkattention.udfs.LocalSpark;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A command as a shell would run it, on the session that all tests share. */
public record Run(ExitCode exitCode, String out, String err) {

  public static Run of(Object... arguments) {
    LocalSpark.session();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    ExitCode exitCode =
        SparkAttention.execute(new PrintWriter(out, true), new PrintWriter(err, true), words);
    return new Run(exitCode, out.toString(), err.toString());
  }

  /** The problems that were told, one a line. */
  public List<String> problems() {
    return err.lines().map(line -> line.replaceFirst("^spark-attention: ", "")).toList();
  }

  /** What lies in an output, as any reader of Parquet finds it. */
  public static Dataset<Row> table(Path output) {
    return LocalSpark.session().read().parquet(output.toString());
  }
}
