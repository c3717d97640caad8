package io.sparkattention.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import io.sparkattention.jobs.job.ExitCode;
import io.sparkattention.jobs.store.UnsteadyProxy.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S3 that fails for a moment, and for good, while a job runs. */
class FailingS3Test {

  private static final String ALL = "";

  @TempDir static Path folder;
  private static S3Store store;
  private static String input;
  private static List<String> whole;

  @BeforeAll
  static void runUndisturbed() throws IOException {
    store = S3Store.started();
    Path documents = Lines.documents(LeadJob.DOCUMENTS).to(folder.resolve("documents.jsonl"));
    input = store.put(documents, "failing/documents.jsonl");
    LeadJob job = new LeadJob(store, input, "failing/whole", 3);
    job.finish();
    whole = job.rows();
    assertThat(whole).hasSize(LeadJob.DOCUMENTS);
  }

  @AfterEach
  void recover() {
    store.proxy().recover();
  }

  @Test
  void aStoreThatFailsHalfWayKeepsWhatIsCommitted() throws IOException {
    LeadJob job = new LeadJob(store, input, "failing/half-way", 3);
    store.proxy().failFrom(Fault.BUSY, "PUT .*_slices/.*00001", ALL);
    Run failed = job.run();
    assertThat(store.proxy().recover()).isPositive();
    assertThat(job.slices()).isEqualTo(1);
    job.assertFailedAndResumes(failed, whole);
  }

  @Test
  void anInputThatCannotBeReadAnyMoreKeepsWhatIsCommitted() throws IOException {
    LeadJob job = new LeadJob(store, input, "failing/unread", 3);
    store.proxy().failFrom(Fault.BUSY, "PUT .*_slices/.*00001", "GET .*documents.jsonl");
    Run failed = job.run();
    assertThat(store.proxy().recover()).isPositive();
    assertThat(failed.err()).contains(input);
    assertThat(job.record().get("status").asText()).isEqualTo("failed");
    job.assertFailedAndResumes(failed, whole);
  }

  @Test
  void aMomentCostsNothing() throws IOException {
    LeadJob job = new LeadJob(store, input, "failing/moment", 3);
    store.proxy().failNext(Fault.BUSY, 2, "PUT .*moment/_slices/");
    job.finish();
    assertThat(store.proxy().recover()).isEqualTo(2);
    assertThat(job.rows()).isEqualTo(whole);
  }

  @Test
  void aReplacementThatFailsHalfWayIsTriedAgain() throws IOException {
    LeadJob job = new LeadJob(store, input, "failing/replaced", 3);
    job.finish();
    store.proxy().failFrom(Fault.BUSY, "(DELETE|POST) .*slice-00001", ALL);
    Run failed = job.run("--overwrite");
    assertThat(failed.exitCode()).as(failed.err()).isEqualTo(ExitCode.FAILED);
    assertThat(store.proxy().recover()).isPositive();
    assertThat(job.isComplete()).as("_SUCCESS over rows that are gone").isFalse();
    job.finish("--overwrite");
    assertThat(job.isComplete()).isTrue();
    assertThat(job.rows()).isEqualTo(whole);
  }
}
