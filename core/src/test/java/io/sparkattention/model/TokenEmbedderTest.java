package io.sparkattention.model;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.attention.EagerAttention;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.tensor.Precision;
import io.sparkattention.text.Chunk;
import io.sparkattention.text.Tokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEmbedderTest {

  private static final double TIGHT = 2e-5;

  /** Words of one letter, of which each is one token, so that decoding spells a part again. */
  private static String words(int count, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(i -> "aeinorst".substring(random.nextInt(8)).substring(0, 1))
        .collect(Collectors.joining(" "));
  }

  private static TokenVectors embed(LoadedModel model, String text, Role role) {
    return model.tokenEmbedder().embed(List.of(text), role).get(0);
  }

  @Test
  void plainEncoderGivesItsLastLayerAndMarksWhatFramesTheText() {
    try (LoadedModel model = Golden.load("bert");
        TinyEncoder encoder = TinyEncoder.open("bert", new EagerAttention(), Precision.FP32, 64)) {
      Tokens tokens = model.tokenizer().encode("Attention lets every query look");
      TokenVectors vectors = embed(model, "Attention lets every query look", Role.PASSAGE);
      assertClose(vectors.values(), encoder.encode(List.of(tokens)).get(0), TIGHT, "values");
      assertThat(vectors.ids()).containsExactly(tokens.ids());
      assertThat(vectors.special().stream()).containsExactly(0, tokens.length() - 1);
      assertThat(vectors.tokens()).isEqualTo(tokens.length());
      assertThat(vectors.content().ids()).containsExactly(tokens.content().ids());
      assertThat(vectors.content().values())
          .containsExactly(Arrays.copyOfRange(vectors.values(), 32, vectors.values().length - 32));
      assertThat(model.tokenEmbedder().dimension()).isEqualTo(32);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "bert-colbert"})
  void everyTokenOfALongTextHasTheVectorOfTheChunkThatSurroundsItMost(String name) {
    long seed = 11;
    try (LoadedModel model = Golden.load(name)) {
      String text = words(300, seed);
      Tokens content = model.tokenizer().encodeContentIds(text);
      TokenVectors all = embed(model, text, Role.PASSAGE);
      boolean colBert = name.equals("bert-colbert");
      int special = colBert ? 3 : 2;
      assertThat(all.chunks()).as("chunks, seed %d", seed).isGreaterThan(3);
      assertThat(all.count()).isEqualTo(content.length() + special);
      int room = colBert ? 60 - 3 : 64 - 2;
      List<Chunk> chunks =
          new LongText(model.tokenizer().template(), room + 2)
              .chunks(content); // with the marker in ColBERT's
      Random random = new Random(seed);
      for (int trial = 0; trial < 50; trial++) {
        int token = random.nextInt(content.length());
        Chunk best = null;
        for (Chunk chunk : chunks) {
          if (margin(chunk, token) >= (best == null ? 0 : margin(best, token))) {
            best = chunk;
          }
        }
        String part = model.tokenizer().decode(best.tokens().content().ids());
        TokenVectors alone = embed(model, part, Role.PASSAGE);
        assertThat(alone.count())
            .as("'%s' spells its tokens again", part)
            .isEqualTo(room + special);
        int before = special - 1;
        float[] expected = row(alone, before + token - best.from());
        assertClose(row(all, before + token), expected, TIGHT, "token " + token + " seed " + seed);
      }
    }
  }

  /** How far a token is from the nearer edge of a chunk that holds it. */
  private static int margin(Chunk chunk, int token) {
    boolean held = token >= chunk.from() && token < chunk.to();
    return held ? Math.min(token - chunk.from(), chunk.to() - 1 - token) : -1;
  }

  private static float[] row(TokenVectors vectors, int index) {
    return Arrays.copyOfRange(
        vectors.values(), index * vectors.dimension(), (index + 1) * vectors.dimension());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "mpnet", "bert-colbert", "bert-colbert-attended"})
  void companyChangesNothing(String name) {
    long seed = 12;
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      texts.add(words(random.nextInt(80), i));
    }
    try (LoadedModel model = Golden.load(name)) {
      for (Role role : List.of(Role.QUERY, Role.PASSAGE)) {
        List<TokenVectors> together = model.tokenEmbedder().embed(texts, role);
        for (int i = 0; i < texts.size(); i++) {
          String what = name + " " + role + " text " + i + ", seed " + seed;
          TokenVectors alone = embed(model, texts.get(i), role);
          assertThat(together.get(i).ids()).as(what).containsExactly(alone.ids());
          assertClose(together.get(i).values(), alone.values(), TIGHT, what);
        }
      }
      assertThat(model.tokenEmbedder().embed(List.of(), Role.QUERY)).isEmpty();
    }
  }

  @Test
  void promptsAreReadButMarked() {
    try (LoadedModel model = Golden.load("bert-sentence-transformer")) {
      TokenVectors prompted = embed(model, "a b", Role.QUERY);
      int prompt = model.tokenizer().encodeContent("query: ").length();
      assertThat(prompted.count()).isEqualTo(prompt + 4);
      assertThat(prompted.content().count()).isEqualTo(2);
      assertThat(prompted.special().nextClearBit(0)).isEqualTo(1 + prompt);
      TokenVectors plain = embed(model, "a b", Role.SYMMETRIC);
      assertThat(plain.content().ids()).containsExactly(prompted.content().ids());
      assertThat(plain.content().values()).isNotEqualTo(prompted.content().values());
    }
  }

  @Test
  void longQueriesOfColBertAreReadWhole() {
    try (LoadedModel model = Golden.load("bert-colbert")) {
      int mask = model.tokenizer().specialTokens().mask().orElseThrow();
      TokenVectors query = embed(model, words(80, 3), Role.QUERY);
      assertThat(query.count()).isGreaterThan(70);
      assertThat(query.chunks()).isGreaterThan(1);
      assertThat(query.truncated()).isFalse();
      assertThat(query.ids()).doesNotContain(mask);
      assertThat(embed(model, "a", Role.QUERY).ids()).hasSize(32).endsWith(mask, mask);
    }
  }

  @Test
  void vectorsAreNormalizedOnRequest() {
    TokenVectors vectors =
        new TokenVectors(new float[] {3, 4, 0, 0}, 2, new int[] {7, 8}, new BitSet(), 4, 1, false);
    assertThat(vectors.normalized().values()).containsExactly(0.6f, 0.8f, 0, 0);
    assertThatThrownBy(
            () -> new TokenVectors(new float[3], 2, new int[2], new BitSet(), 4, 1, false))
        .hasMessageContaining("3 numbers are not 2 vectors of 2");
  }

  @Test
  void textWithoutTokensHasNoContent() {
    try (LoadedModel model = Golden.load("bert")) {
      TokenVectors empty = embed(model, " ", Role.PASSAGE);
      assertThat(empty.count()).isEqualTo(2);
      assertThat(empty.content().count()).isZero();
    }
  }

  @Test
  void reducedPrecisionStaysClose() {
    ModelSpec spec = ModelSpec.of("bert-colbert").withDtype("bf16");
    try (LoadedModel exact = Golden.load("bert-colbert");
        LoadedModel reduced = Golden.load("bert-colbert", spec)) {
      for (Role role : List.of(Role.QUERY, Role.PASSAGE)) {
        TokenVectors a = embed(exact, "Attention lets every query look", role);
        TokenVectors b = embed(reduced, "Attention lets every query look", role);
        for (int i = 0; i < a.count(); i++) {
          double dot = 0;
          for (int k = 0; k < a.dimension(); k++) {
            dot += (double) row(a, i)[k] * row(b, i)[k];
          }
          assertThat(dot).as("%s token %d", role, i).isCloseTo(1, within(0.02));
        }
      }
    }
  }

  @Test
  void allThatIsWrongWithAColBertCheckpointIsSaidAtOnce(@TempDir Path directory) {
    EditableCheckpoint checkpoint =
        EditableCheckpoint.copy("bert-colbert", directory)
            .edit(
                "artifact.metadata",
                metadata ->
                    metadata
                        .put("similarity", "l2")
                        .put("query_token_id", "[Q]")
                        .put("doc_maxlen", 0));
    assertThatThrownBy(checkpoint::load)
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("similarity 'l2' is not supported: cosine is")
        .hasMessageContaining("the marker '[Q]' is not in the vocabulary")
        .hasMessageContaining("query_maxlen and doc_maxlen must be positive");
  }

  @Test
  void metadataMayBeMissing(@TempDir Path directory) {
    EditableCheckpoint checkpoint =
        EditableCheckpoint.copy("bert-colbert", directory).delete("artifact.metadata");
    try (LoadedModel bare = checkpoint.load();
        LoadedModel described = Golden.load("bert-colbert")) {
      assertClose(
          embed(bare, "What is attention?", Role.QUERY).values(),
          embed(described, "What is attention?", Role.QUERY).values(),
          TIGHT,
          "the authors' defaults");
    }
  }
}
