package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Run;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.io.TempDir;

/** Runs of the simplest job over some input, and what they left. */
abstract class LeadRuns {

  static final String GOOD = "A good sentence stands here. Another one follows.";

  @TempDir Path folder;

  Path output() {
    return folder.resolve("out");
  }

  Run summarize(Path input, Object... more) {
    Object[] arguments = {
      "summarize",
      "--input",
      input,
      "--output",
      output(),
      "--strategy",
      "lead",
      "--budget",
      "sentences=1"
    };
    Object[] all = new Object[arguments.length + more.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return Run.of(all);
  }

  Map<String, String> column(String name) {
    Map<String, String> values = new HashMap<>();
    for (Row row : Run.table(output()).select("id", name).collectAsList()) {
      assertThat(values).doesNotContainKey(row.getString(0));
      values.put(row.getString(0), row.getString(1));
    }
    return values;
  }

  static void assertRefused(Run run, String... problems) {
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.problems()).isEqualTo(List.of(problems));
  }
}
