package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.sparkattention.model.PairScorer.Pair;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.statistics.StatisticsExtractor;
import io.sparkattention.statistics.StatisticsPlan;
import io.sparkattention.tensor.NativeArrays;
import io.sparkattention.weights.TestModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forward passes, loading and closing leave no native memory behind. */
class NativeMemoryTest {

  private static final int FORWARDS = 2_000;

  /**
   * What the process may grow by for reasons of its own, such as the allocator's arenas and the
   * compiler. One activation left by each of 2,000 forward passes would be twice as much.
   */
  private static final long SLACK = 64L << 20;

  /** Java heaps of less than 32 GB lie below, libraries and what they allocate above. */
  private static final long HEAP_END = 1L << 40;

  /** 16 texts of about 32 tokens: an activation of the tiny models takes 64 KiB. */
  private static final List<String> TEXTS = Collections.nCopies(16, "abc ".repeat(20));

  /**
   * Bytes of memory that the process holds beside mapped files, and beside its Java heap and
   * classes, which the virtual machine puts below that address.
   */
  private static long resident() {
    System.gc(); // what was attached to collected objects counts for nothing
    try {
      long bytes = 0;
      boolean counted = false;
      for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
        String first = line.substring(0, line.indexOf(' '));
        if (first.contains("-")) {
          counted = Long.parseUnsignedLong(first.substring(0, first.indexOf('-')), 16) > HEAP_END;
        } else if (counted && first.equals("Anonymous:")) {
          bytes += Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The least of some readings: Java gives memory behind buffers back some time after a collection.
   */
  private static long leastResident() {
    return LongStream.range(0, 5).map(i -> resident()).min().orElseThrow();
  }

  /** All arrays of the process: those of every manager below DJL's root. */
  private static int allArrays(NDManager owner) {
    return NativeArrays.count(owner.getParentManager());
  }

  private static void assertFlat(LoadedModel model, int times, Runnable forward) {
    repeat(times / 5, forward);
    int arrays = allArrays(model.owner());
    int managers = managers(model.owner());
    long before = resident();
    repeat(times, forward);
    assertThat(allArrays(model.owner())).as("open arrays").isEqualTo(arrays);
    assertThat(managers(model.owner())).as("open managers").isEqualTo(managers);
    assertThat(resident() - before).as("growth in bytes").isLessThan(SLACK);
  }

  private static int managers(NDManager owner) {
    return ((ai.djl.ndarray.BaseNDManager) owner).getManagedArrays().size();
  }

  private static void repeat(int times, Runnable forward) {
    for (int i = 0; i < times; i++) {
      forward.run();
    }
  }

  @Test
  void embedding() {
    try (LoadedModel model = Golden.load("bert")) {
      TextEmbedder embedder = model.embedder();
      assertFlat(model, FORWARDS, () -> embedder.embed(TEXTS, Role.SYMMETRIC));
    }
  }

  @Test
  void embeddingBetweenTheHalvesAndWithABias() {
    for (ModelSpec spec :
        List.of(
            ModelSpec.of("mpnet"),
            ModelSpec.of("bert").withAttention("local-sparse-global:block=16"))) {
      try (LoadedModel model = Golden.load(spec.location(), spec)) {
        TextEmbedder embedder = model.embedder();
        assertFlat(model, FORWARDS / 5, () -> embedder.embed(TEXTS, Role.SYMMETRIC));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"big_bird", "longformer", "modernbert"})
  void embeddingByWindowsAndBlocks(String name) {
    try (LoadedModel model = Golden.load(name)) {
      TextEmbedder embedder = model.embedder();
      embedder.embed(TEXTS, Role.SYMMETRIC);
      int arrays = allArrays(model.owner());
      repeat(3, () -> embedder.embed(TEXTS, Role.SYMMETRIC));
      assertThat(allArrays(model.owner())).as("open arrays").isEqualTo(arrays);
    }
  }

  @Test
  void scoring() {
    List<Pair> pairs = TEXTS.stream().map(text -> new Pair("ab", text)).toList();
    try (LoadedModel model = Golden.load("bert-classification-1")) {
      PairScorer scorer = model.pairScorer();
      assertFlat(model, FORWARDS, () -> scorer.score(pairs));
    }
  }

  @Test
  void embeddingTokens() {
    try (LoadedModel model = Golden.load("bert-colbert")) {
      TokenEmbedder embedder = model.tokenEmbedder();
      assertFlat(model, FORWARDS / 5, () -> embedder.embed(TEXTS, Role.QUERY));
      assertFlat(model, FORWARDS / 5, () -> embedder.embed(TEXTS, Role.PASSAGE));
    }
  }

  @Test
  void readingChunks() {
    List<Pair> pairs = TEXTS.stream().map(text -> new Pair("ab", text)).toList();
    try (LoadedModel model = Golden.load("bert-classification-1")) {
      ChunkEmbedder embedder = model.chunkEmbedder();
      ChunkEmbedder.Head head = new ChunkEmbedder.Head(2, 1);
      assertFlat(model, FORWARDS / 5, () -> embedder.embedChunks(TEXTS, Role.SYMMETRIC, 16, head));
      PairScorer scorer = model.pairScorer();
      assertFlat(
          model,
          FORWARDS / 5,
          () -> scorer.scoreRepresentations(scorer.scoreChunks(pairs).get(0).representations()));
    }
  }

  @Test
  void statistics() {
    try (LoadedModel model = Golden.load("bert")) {
      StatisticsExtractor extractor =
          new StatisticsExtractor(
              model.attentionReader(),
              StatisticsPlan.of(
                  List.of("entropy", "mean-distance", "received-attention", "sink-rate")));
      assertFlat(model, FORWARDS / 5, () -> extractor.extract(TEXTS));
    }
  }

  @Test
  void severalThreadsOnOneModel() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(4);
    try (LoadedModel model = Golden.load("bert-classification-1")) {
      TextEmbedder embedder = model.embedder();
      PairScorer scorer = model.pairScorer();
      List<Pair> pairs = TEXTS.stream().map(text -> new Pair("ab", text)).toList();
      float[] vector = embedder.embed(TEXTS, Role.SYMMETRIC).get(0).vector();
      float score = scorer.score(pairs).get(0).value();
      assertFlat(
          model,
          10,
          () -> {
            List<Future<?>> running =
                IntStream.range(0, 8)
                    .<Future<?>>mapToObj(
                        i ->
                            callers.submit(
                                () ->
                                    repeat(
                                        10,
                                        () -> {
                                          assertThat(
                                                  embedder
                                                      .embed(TEXTS, Role.SYMMETRIC)
                                                      .get(i)
                                                      .vector())
                                              .isEqualTo(vector);
                                          assertThat(scorer.score(pairs).get(i).value())
                                              .isEqualTo(score);
                                        })))
                    .toList();
            running.forEach(NativeMemoryTest::get);
          });
    } finally {
      callers.shutdownNow();
    }
  }

  private static void get(Future<?> future) {
    try {
      future.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void loadingAndClosing(@TempDir Path directory) {
    EditableCheckpoint damaged =
        EditableCheckpoint.copy("bert", directory)
            .weights(tensors -> tensors.remove("embeddings.LayerNorm.bias"));
    List<String> names =
        Arrays.asList(
            "bert",
            "mpnet",
            "bert-classification-1",
            "bert-masked-lm",
            "bert-sentence-transformer");
    try (LoadedModel other = Golden.load("bert")) {
      Golden.load("bert").close();
      int before = allArrays(other.owner());
      for (int i = 0; i < 20; i++) {
        for (String name : names) {
          LoadedModel model = Golden.load(name);
          model.embedder().embed(TEXTS, Role.SYMMETRIC);
          model.close();
          model.close(); // again does nothing
        }
        assertThatThrownBy(damaged::load).isInstanceOf(ModelLoadException.class);
      }
      assertThat(allArrays(other.owner())).as("open arrays").isEqualTo(before);
    }
  }

  @Test
  void closingGivesWeightsBack() {
    for (String dtype : List.of("fp32", "bf16")) {
      ModelSpec spec = ModelSpec.of("minilm").withDtype(dtype);
      long after = 0;
      for (int i = 0; i < 6; i++) {
        try (LoadedModel model =
            LoadedModel.load(TestModels.directory("minilm"), spec, Golden.POOL)) {
          model.embedder().embed(List.of("text"), Role.SYMMETRIC);
        }
        if (i == 1) {
          after = leastResident();
        }
      }
      // the weights of four more models would be 180 MB in bf16
      assertThat(leastResident() - after).as("growth in bytes, %s", dtype).isLessThan(SLACK);
    }
  }
}
