package io.sparkattention.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.tensor.ProcessMemory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A million pairs and ten million words go through the jobs in bounded memory. */
@Tag("thorough")
class ScaleThoroughTest {

  private static final Path CORPUS = Path.of("..", "examples", "corpus");

  /** The heap of the tests, 3 GiB, and as much again for tensors, code and threads. */
  private static final long BOUND = 6L << 30;

  @TempDir Path folder;

  private Scale scale() {
    return new Scale(CORPUS, folder, new PrintWriter(System.out, true), List.of());
  }

  @Test
  void aMillionPairsAreRankedOverTenThousandStoredEmbeddings() throws IOException {
    JsonNode run = scale().pairs(10_000, 100);
    assertThat(run.at("/counts/rows").asLong()).isEqualTo(1_000_000);
    assertThat(run.at("/counts/errors").asLong()).isZero();
    assertThat(run.at("/counters/embeddings_reused").asLong()).isEqualTo(1_000_000);
    assertThat(run.at("/counters/texts_embedded").asLong()).isLessThanOrEqualTo(10_000);
    assertThat(ProcessMemory.peak()).isLessThan(BOUND);
  }

  @Test
  void fiveHundredDocumentsOfTwentyThousandWordsAreSummarizedAndScored() throws IOException {
    assertScored(scale().documents(500, 20_000, List.of("random")), 500);
  }

  @Test
  void aModelReadsEveryWordOfLongDocuments() throws IOException {
    assertScored(scale().documents(10, 20_000, List.of("lexrank")), 10); // a CPU takes minutes
  }

  private static void assertScored(JsonNode run, int documents) {
    assertThat(run.at("/counters/items").asLong()).isEqualTo(documents);
    assertThat(run.at("/counts/errors").asLong()).isZero();
    assertThat(ProcessMemory.peak()).isLessThan(BOUND);
  }
}
