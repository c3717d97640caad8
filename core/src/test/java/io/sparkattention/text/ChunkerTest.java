package io.sparkattention.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunkerTest {

  private static final int CLS = 101;
  private static final int SEP = 102;
  private static final TokenTemplate TEMPLATE =
      new TokenTemplate(
          tokens(new int[] {7}, new int[] {0}),
          tokens(new int[] {CLS, 7, SEP}, new int[] {0, 0, 0}),
          tokens(new int[] {CLS, 7, SEP, 7, SEP}, new int[] {0, 0, 0, 1, 1}));

  @Test
  void aTextThatFitsIsOneChunk() {
    Chunker chunker = new Chunker(new Chunking(8, 2), TEMPLATE);
    Tokens text = TEMPLATE.frame(TokensTest.tokens(6, 0));
    List<Chunk> chunks = chunker.chunks(text);
    assertThat(chunks).hasSize(1);
    assertThat(chunks.get(0).tokens()).isEqualTo(text);
    assertThat(chunks.get(0).weight()).isEqualTo(6);
  }

  @Test
  void anEmptyTextIsOneChunkOfSpecialTokens() {
    List<Chunk> chunks =
        new Chunker(new Chunking(8, 2), TEMPLATE).chunks(TEMPLATE.frame(TokensTest.tokens(0, 0)));
    assertThat(chunks).hasSize(1);
    assertThat(chunks.get(0).tokens().ids()).containsExactly(CLS, SEP);
    assertThat(chunks.get(0).weight()).isEqualTo(1);
  }

  @Test
  void chunksOverlapAndTheLastIsFull() {
    List<Chunk> chunks = new Chunker(new Chunking(6, 1), TEMPLATE).chunks(TokensTest.tokens(9, 0));
    assertThat(chunks).extracting(Chunk::from).containsExactly(0, 3, 5);
    assertThat(chunks).extracting(Chunk::to).containsExactly(4, 7, 9);
    assertThat(chunks.get(1).tokens().ids()).containsExactly(CLS, 3, 4, 5, 6, SEP);
    assertThat(chunks.get(1).tokens().starts()).containsExactly(-1, 3, 4, 5, 6, -1);
    assertThat(chunks).extracting(Chunk::weight).containsExactly(3.5, 2.5, 3.0);
  }

  @Test
  void everyTokenIsCoveredAndWeightsAddUpToTheLength() {
    long seed = 11;
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int overlap = random.nextInt(10);
      Chunking chunking = new Chunking(3 + overlap + random.nextInt(20), overlap);
      Tokens text = TokensTest.tokens(1 + random.nextInt(200), 0);
      List<Chunk> chunks = new Chunker(chunking, TEMPLATE).chunks(text);
      String where = "seed %d, round %d".formatted(seed, round);
      BitSet covered = new BitSet();
      for (int i = 0; i < chunks.size(); i++) {
        Chunk chunk = chunks.get(i);
        covered.set(chunk.from(), chunk.to());
        assertThat(chunk.tokens().length()).as(where).isLessThanOrEqualTo(chunking.length());
        assertThat(chunk.tokens().content())
            .as(where)
            .isEqualTo(text.slice(chunk.from(), chunk.to()));
        if (i > 0) {
          assertThat(chunks.get(i - 1).to() - chunk.from())
              .as(where)
              .isGreaterThanOrEqualTo(overlap);
        }
      }
      assertThat(covered.cardinality()).as(where).isEqualTo(text.length());
      assertThat(chunks.stream().mapToDouble(Chunk::weight).sum())
          .as(where)
          .isCloseTo(text.length(), within(1e-9));
    }
  }

  @Test
  void pairsEveryPartWithTheWholeFirstText() {
    Chunker chunker = new Chunker(new Chunking(9, 1), TEMPLATE);
    Tokens query = TEMPLATE.frame(TokensTest.tokens(2, 0));
    List<Chunk> chunks = chunker.chunksOfPair(query, TokensTest.tokens(7, 0));
    assertThat(chunks).hasSize(2);
    assertThat(chunks.get(1).tokens().ids()).containsExactly(CLS, 0, 1, SEP, 3, 4, 5, 6, SEP);
    assertThat(chunks.get(1).tokens().typeIds()).containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 1);
    assertThat(chunker.roomBeside(2)).isEqualTo(4);
    assertThatThrownBy(() -> chunker.chunksOfPair(TokensTest.tokens(5, 0), query))
        .hasMessageContaining("the 5 of the first text");
  }

  @Test
  void refusesChunksThatDoNotAdvance() {
    assertThatThrownBy(() -> new Chunking(4, 4)).hasMessageContaining("overlap 4");
    assertThatThrownBy(() -> new Chunking(4, -1)).hasMessageContaining("overlap -1");
    assertThatThrownBy(() -> new Chunker(new Chunking(4, 2), TEMPLATE))
        .hasMessageContaining(
            "leave room for 2, and each shares 2 with the next; use at least 5 tokens");
  }

  private static Tokens tokens(int[] ids, int[] types) {
    int[] starts = Arrays.stream(ids).map(id -> id > 100 ? -1 : 0).toArray();
    int[] ends = Arrays.stream(ids).map(id -> id > 100 ? -1 : 1).toArray();
    return new Tokens(ids, types, starts, ends);
  }
}
