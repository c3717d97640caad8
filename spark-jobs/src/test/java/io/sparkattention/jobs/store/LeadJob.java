package io.sparkattention.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.jobs.Run;
import io.sparkattention.jobs.job.ExitCode;
import io.sparkattention.udfs.LocalSpark;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The simplest job in a few slices, and what it left.
 *
 * @param store where the output lies
 * @param input what is read
 * @param output a name in the store
 * @param parts about how many slices it takes for all documents
 */
record LeadJob(Store store, String input, String output, int parts) {

  static final int DOCUMENTS = 24;

  Run run(Object... more) {
    Stream<Object> fixed =
        Stream.of(
            "summarize",
            "--strategy",
            "lead",
            "--input",
            input,
            "--output",
            store.path(output),
            "--slice-seconds",
            0,
            "--slice-rows",
            DOCUMENTS / parts,
            "--partitions",
            1);
    return Run.of(Stream.concat(fixed, Arrays.stream(more)).toArray());
  }

  /** Runs it to its end. */
  void finish(Object... more) {
    Run run = run(more);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
  }

  /** The rows without what differs from run to run. */
  List<String> rows() {
    return LocalSpark.session()
        .read()
        .parquet(store.path(output))
        .drop("duration_ms")
        .toJSON()
        .collectAsList()
        .stream()
        .sorted()
        .toList();
  }

  JsonNode record() throws IOException {
    return new ObjectMapper().readTree(store.read(output + "/_run.json"));
  }

  /** Whether it says that all rows are there. */
  boolean isComplete() throws IOException {
    return store.holds(output + "/_SUCCESS");
  }

  /** How many slices are committed. */
  int slices() throws IOException {
    int slices = 0;
    while (store.holds(output + String.format("/_slices/%05d.json", slices))) {
      slices++;
    }
    return slices;
  }

  /**
   * Makes sure that a run failed and says so, and that what is there is not taken for all; then
   * goes on from it, and makes sure that no more than the slice in the middle is computed again.
   */
  void assertFailedAndResumes(Run failed, List<String> whole) throws IOException {
    assertThat(failed.exitCode()).as(failed.err()).isEqualTo(ExitCode.FAILED);
    int committed = slices();
    assertThat(committed).isPositive();
    assertThat(failed.err())
        .contains(committed + " slices with ")
        .contains("are committed in " + store.path(output) + ": run again with --resume to go on");
    assertThat(isComplete()).isFalse();
    finish("--resume");
    assertThat(rows()).isEqualTo(whole);
    assertThat(record().at("/slices/earlier").asInt())
        .isEqualTo(committed)
        .isLessThan(record().at("/slices/committed").asInt());
    assertThat(isComplete()).isTrue();
    assertThat(store.holds(output + "/_staging")).isFalse();
  }
}
