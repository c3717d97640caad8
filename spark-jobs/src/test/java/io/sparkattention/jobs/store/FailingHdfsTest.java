package io.sparkattention.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.hdfs.MiniDFSCluster.DataNodeProperties;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HDFS that fails in the middle of a job. */
class FailingHdfsTest {

  @TempDir static Path folder;
  private static HdfsStore store;
  private static String input;
  private static List<String> whole;

  @BeforeAll
  static void runUndisturbed() throws IOException {
    store = HdfsStore.started();
    Path documents = Lines.documents(LeadJob.DOCUMENTS).to(folder.resolve("documents.jsonl"));
    input = store.put(documents, "failing/documents.jsonl");
    LeadJob job = new LeadJob(store, input, "failing/whole", 8);
    job.finish();
    whole = job.rows();
  }

  /** Starts a job and returns once a slice is committed. */
  private static CompletableFuture<Run> halfWay(LeadJob job) throws Exception {
    CompletableFuture<Run> run = CompletableFuture.supplyAsync(job::run);
    while (job.slices() < 1 && !run.isDone()) {
      Thread.sleep(5);
    }
    return run;
  }

  @Test
  void aNameNodeThatRefusesWritesKeepsWhatIsCommitted() throws Exception {
    LeadJob job = new LeadJob(store, input, "failing/safe-mode", LeadJob.DOCUMENTS);
    CompletableFuture<Run> run = halfWay(job);
    store.refuseWrites();
    Run failed;
    try {
      failed = run.get();
    } finally {
      store.takeWrites();
    }
    assertThat(failed.err()).contains("safe mode");
    job.assertFailedAndResumes(failed, whole);
  }

  @Test
  void aDataNodeThatStopsKeepsWhatIsCommitted() throws Exception {
    LeadJob job = new LeadJob(store, input, "failing/stopped", LeadJob.DOCUMENTS);
    CompletableFuture<Run> run = halfWay(job);
    DataNodeProperties node = store.stopDataNode();
    Run failed;
    try {
      failed = run.get();
    } finally {
      store.restart(node);
    }
    job.assertFailedAndResumes(failed, whole);
  }
}
