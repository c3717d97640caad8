package io.sparkattention.model;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.model.PairScorer.Pair;
import io.sparkattention.model.PairScorer.Score;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.text.Chunk;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts around and beyond what a model reads at once: nothing is left out in silence. */
class LongInputTest {

  private static final double TIGHT = 2e-5;

  /** Words of two letters; how many tokens they make is up to the tokenizer. */
  private static String words(int count, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(i -> "" + (char) ('a' + random.nextInt(26)) + (char) ('a' + random.nextInt(26)))
        .collect(Collectors.joining(" "));
  }

  private static Embedding embed(LoadedModel model, String text) {
    return model.embedder().embed(List.of(text), Role.SYMMETRIC).get(0);
  }

  private static void assertReadWhole(List<Chunk> chunks, int length, int longest, String what) {
    boolean[] read = new boolean[length];
    double weight = 0;
    for (Chunk chunk : chunks) {
      assertThat(chunk.tokens().length()).as(what).isLessThanOrEqualTo(longest);
      for (int i = chunk.from(); i < chunk.to(); i++) {
        read[i] = true;
      }
      weight += chunk.weight();
    }
    assertThat(read).as("tokens read, %s", what).doesNotContain(false);
    assertThat(weight).as("weights, %s", what).isCloseTo(Math.max(1, length), within(1e-6));
  }

  @Test
  void chunksReadEveryToken() {
    try (LoadedModel model = Golden.load("bert")) {
      Tokenizer tokenizer = model.tokenizer();
      for (int longest : new int[] {4, 17, 64}) {
        LongText longText = new LongText(tokenizer.template(), longest);
        for (int count : new int[] {0, 1, 2, 30, 31, 200}) {
          Tokens text = tokenizer.encodeContent(words(count, count));
          List<Chunk> chunks = longText.chunks(text);
          String what = count + " words in " + longest;
          assertReadWhole(chunks, text.length(), longest, what);
          assertThat(chunks.size() == 1).as(what).isEqualTo(text.length() <= longest - 2);
        }
      }
    }
  }

  @Test
  void longTextIsTheMeanOfItsChunks() {
    long seed = 3;
    try (LoadedModel model = Golden.load("bert")) {
      String text = words(150, seed);
      Tokens content = model.tokenizer().encodeContent(text);
      LongText longText = new LongText(model.tokenizer().template(), 64);
      List<Chunk> chunks = longText.chunks(content);
      assertThat(chunks).as("chunks, seed %d", seed).hasSizeGreaterThan(2);
      double[] mean = new double[32];
      int tokens = 0;
      double total = chunks.stream().mapToDouble(Chunk::weight).sum();
      try (TinyEncoder encoder =
          TinyEncoder.open(
              "bert",
              new io.sparkattention.attention.EagerAttention(),
              io.sparkattention.tensor.Precision.FP32,
              64)) {
        for (Chunk chunk : chunks) {
          float[] hidden = encoder.encode(List.of(chunk.tokens())).get(0); // (T, 32)
          int length = chunk.tokens().length();
          for (int i = 0; i < hidden.length; i++) {
            mean[i % 32] += chunk.weight() / total * hidden[i] / length;
          }
          tokens += length;
        }
      }
      double norm = 0;
      for (double x : mean) {
        norm += x * x;
      }
      float[] expected = new float[32];
      for (int i = 0; i < 32; i++) {
        expected[i] = (float) (mean[i] / Math.sqrt(norm));
      }
      Embedding embedding = embed(model, text);
      assertClose(embedding.vector(), expected, TIGHT, "vector, seed " + seed);
      assertThat(embedding.chunks()).isEqualTo(chunks.size());
      assertThat(embedding.tokens()).isEqualTo(tokens);
      assertThat(embedding.truncated()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "mpnet", "bert-sentence-transformer"})
  void emptyTextAndSingleTokens(String name) {
    try (LoadedModel model = Golden.load(name)) {
      for (String text : List.of("", " ", "a")) {
        Embedding embedding = embed(model, text);
        assertThat(embedding.chunks()).as("'%s'", text).isEqualTo(1);
        assertThat(embedding.tokens()).as("'%s'", text).isBetween(2, 6);
        assertThat(embedding.vector()).as("'%s'", text).hasSize(model.embedder().dimension());
      }
      assertThat(model.embedder().embed(List.of(), Role.QUERY)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta"})
  @Timeout(120) // seconds on a machine with other work; minutes or hours if time were quadratic
  void oneMebibyteOfOneCharacter(String name) {
    try (LoadedModel model = Golden.load(name)) {
      Embedding embedding = embed(model, "a".repeat(1 << 20));
      assertThat(embedding.truncated()).isFalse();
      assertThat(embedding.tokens()).isGreaterThan(2);
    }
  }

  @Test
  void queriesAreCutOnlyBeyondHalf() {
    try (LoadedModel model = Golden.load("bert-classification-1")) {
      Tokenizer tokenizer = model.tokenizer();
      LongText longText = new LongText(tokenizer.template(), 64);
      Tokens source = tokenizer.encodeContent(words(300, 5));
      int room = 64 - tokenizer.template().pairSpecialTokenCount();
      int half = room / 2;
      for (int query : new int[] {0, 1, half - 1, half, half + 1, room, 200}) {
        for (int passage : new int[] {0, 1, half, room - half + 1, 150}) {
          LongText.PairChunks read =
              longText.pairChunks(source.slice(0, query), source.slice(0, passage));
          String what = "query of " + query + ", passage of " + passage;
          boolean cut = query > half && query + passage > room;
          assertThat(read.truncated()).as(what).isEqualTo(cut);
          assertReadWhole(read.chunks(), passage, 64, what);
          int kept = cut ? half : query;
          for (Chunk chunk : read.chunks()) {
            int expected =
                kept + chunk.to() - chunk.from() + tokenizer.template().pairSpecialTokenCount();
            assertThat(chunk.tokens().length()).as(what).isEqualTo(expected);
          }
        }
      }
    }
  }

  @Test
  void longPassageHasTheScoreOfItsBestChunk() {
    try (LoadedModel model = Golden.load("bert-classification-1")) {
      String query = "ab cd";
      String passage = words(200, 6);
      Score score = model.pairScorer().score(List.of(new Pair(query, passage))).get(0);
      LongText longText = new LongText(model.tokenizer().template(), 64);
      List<Chunk> chunks =
          longText
              .pairChunks(
                  model.tokenizer().encodeContent(query), model.tokenizer().encodeContent(passage))
              .chunks();
      List<float[]> logits = model.classifier().logits(LongText.sequences(chunks));
      double best = logits.stream().mapToDouble(each -> each[0]).max().orElseThrow();
      assertThat(score.value()).isCloseTo((float) (1 / (1 + Math.exp(-best))), within(1e-5f));
      assertThat(score.chunks()).isEqualTo(chunks.size()).isGreaterThan(3);
      assertThat(score.tokens()).isEqualTo(LongText.tokens(chunks));
      assertThat(score.truncated()).isFalse();
      assertThat(model.pairScorer().score(List.of(new Pair(words(100, 7), passage))).get(0))
          .matches(Score::truncated);
    }
  }

  @Test
  void batchesOfManyLengthsEqualSingleTexts() {
    long seed = 8;
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      texts.add(words(random.nextInt(120), i));
      pairs.add(new Pair(words(1 + random.nextInt(10), i), texts.get(i)));
    }
    try (LoadedModel model = Golden.load("bert-classification-1")) {
      List<Embedding> embeddings = model.embedder().embed(texts, Role.SYMMETRIC);
      List<Score> scores = model.pairScorer().score(pairs);
      for (int i = 0; i < texts.size(); i++) {
        String what = "text " + i + ", seed " + seed;
        Embedding alone = embed(model, texts.get(i));
        assertClose(embeddings.get(i).vector(), alone.vector(), TIGHT, what);
        assertThat(embeddings.get(i).tokens()).as(what).isEqualTo(alone.tokens());
        Score single = model.pairScorer().score(pairs.subList(i, i + 1)).get(0);
        assertThat(scores.get(i).value()).as(what).isCloseTo(single.value(), within(1e-5f));
      }
    }
  }
}
