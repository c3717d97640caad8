package io.sparkattention.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import io.sparkattention.jobs.job.ExitCode;
import io.sparkattention.jobs.store.UnsteadyProxy.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster.DataNodeProperties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that fails while a model is copied from it. */
class ModelStoreTest {

  @TempDir Path folder;
  private Path input;

  @BeforeEach
  void write() {
    input = Lines.documents(3).to(folder.resolve("documents.jsonl"));
  }

  private Run embed(String model) {
    return Run.of("embed", "--input", input, "--output", folder.resolve("out"), "--model", model);
  }

  /** Puts a model where no test has read one yet. */
  private String put(Store store, String name) throws IOException {
    Path corpus = Corpus.write(Files.createDirectories(folder.resolve("corpus")));
    return store.put(corpus.resolve("models/encoder"), name);
  }

  private void assertFailed(Run run, String model) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.FAILED);
    assertThat(run.problems())
        .singleElement()
        .asString()
        .startsWith("model '" + model + "' cannot be read: ")
        .endsWith(". Nothing was computed: run again once its place can be read");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private void assertDone(Run run) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(Run.table(folder.resolve("out")).filter("error is null").count()).isEqualTo(3);
  }

  @Test
  void weightsThatCannotBeReadAreReadByTheNextTry() throws IOException {
    S3Store store = S3Store.started();
    String model = put(store, "models/unreadable");
    store.proxy().failFrom(Fault.BUSY, "GET .*model.safetensors", "");
    Run failed = embed(model);
    assertThat(store.proxy().recover()).isPositive();
    assertFailed(failed, model);
    assertDone(embed(model));
  }

  @Test
  void weightsThatBreakOffAreReadOn() throws IOException {
    S3Store store = S3Store.started();
    String model = put(store, "models/broken-off");
    store.proxy().failNext(Fault.CUT, 1, "GET .*model.safetensors");
    Run run = embed(model);
    assertThat(store.proxy().recover()).isEqualTo(1);
    assertDone(run);
  }

  @Test
  void aDataNodeThatIsBackServesTheNextTry() throws IOException {
    HdfsStore store = HdfsStore.started();
    String model = put(store, "models/unreadable");
    DataNodeProperties node = store.stopDataNode();
    Run failed;
    try {
      failed = embed(model);
    } finally {
      store.restart(node);
    }
    assertFailed(failed, model);
    assertDone(embed(model));
  }
}
