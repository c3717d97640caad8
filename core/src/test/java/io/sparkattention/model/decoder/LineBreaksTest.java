package io.sparkattention.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.attention.BlockDiagonalAttention;
import io.sparkattention.attention.BlockDiagonalAttention.Cut;
import io.sparkattention.text.TokenBatch;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineBreaksTest {

  private static final List<String> TOKENS =
      List.of("a", ".\n", "\n", " b", "", "\n\n", " \n ", "c\n\n", "  ");
  private final LineBreaks lines = new LineBreaks(TOKENS::get, TOKENS.size());

  @Test
  void linesEndBehindTheirBreaks() {
    assertThat(lines.of(new int[] {0, 1, 3, 0})).containsExactly(0, 1, 0, 0);
    assertThat(lines.of(new int[] {0, 2, 2, 3})).containsExactly(0, 0, 2, 0);
    assertThat(lines.of(new int[] {1, 2, 0, 5, 6, 0, 7, 2, 0}))
        .containsExactly(0, 2, 0, 0, 3, 0, 0, 3, 0);
    assertThat(lines.of(new int[] {2, 4, 0, 1, 8, 0})).containsExactly(1, 0, 0, 1, 0, 0);
    assertThat(lines.of(new int[0])).isEmpty();
  }

  @Test
  void ofATextOfABatch() {
    TokenBatch batch = TokenBatch.ofIds(List.of(new int[] {0, 1}, new int[] {2, 0, 7}));
    assertThat(lines.in(batch).of(0)).containsExactly(0, 1);
    assertThat(lines.in(batch).of(1)).containsExactly(1, 0, 2);
  }

  @Test
  void blocksBeginBehindLinesOrParagraphsOrWhenTheyAreFull() {
    int[] ids = {0, 1, 3, 0, 7, 0, 0, 0, 0, 0};
    assertThat(starts(Cut.TOKENS, 4, ids)).containsExactly(0, 4, 8);
    assertThat(starts(Cut.LINES, 4, ids)).containsExactly(0, 2, 5, 9);
    assertThat(starts(Cut.PARAGRAPHS, 4, ids)).containsExactly(0, 4, 5, 9);
    assertThat(starts(Cut.PARAGRAPHS, 9, ids)).containsExactly(0, 5);
    assertThat(starts(Cut.LINES, 1, ids)).containsExactly(IntStream.range(0, 10).toArray());
    assertThat(starts(Cut.LINES, 4, new int[] {1})).containsExactly(0);
    assertThat(starts(Cut.LINES, 4, new int[0])).isEmpty();
  }

  private int[] starts(Cut cut, int block, int[] ids) {
    return new BlockDiagonalAttention(cut, block, 0, 1, 0).starts(ids.length, () -> lines.of(ids));
  }
}
