package io.sparkattention.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.attention.BlockDiagonalAttention;
import io.sparkattention.attention.BlockDiagonalAttention.Cut;
import io.sparkattention.prompt.PromptWriter;
import io.sparkattention.prompt.Prompts;
import io.sparkattention.text.ChatTemplate;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    assertThat(lines.of(new int[] {0, 2, 8, 2, 8, 3}))
        .as("a line of blanks")
        .containsExactly(0, 0, 0, 2, 0, 0);
    assertThat(lines.of(new int[] {1, 4, 2, 0})).as("a mark").containsExactly(1, 0, 1, 0);
    assertThat(lines.of(new int[] {8, 2, 0})).containsExactly(0, 1, 0);
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

  /** What docs/kv-caches.md says of how many last blocks hold the question. */
  @Test
  void lastLinesOfPromptsHoldTheQuestion(@TempDir Path directory) throws IOException {
    Files.writeString(
        directory.resolve("chat_template.jinja"),
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
            + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}");
    try (Tokenizer tokenizer = Tokenizer.open(GoldenText.directory("llama"))) {
      LineBreaks told = LineBreaks.of(tokenizer, 320);
      for (boolean chat : new boolean[] {false, true}) {
        PromptWriter writer =
            new PromptWriter(tokenizer, chat ? ChatTemplate.open(directory) : Optional.empty());
        int[] yesNo =
            writer.tokens(Prompts.load("yes-no/v1"), Map.of("query", "why", "passage", "so"));
        assertThat(behind(tokenizer, told, yesNo, chat ? 2 : 1)).startsWith("Does the passage");
        Map<String, String> values = Map.of("query", "why", "count", "1", "passages", "[1]\nso");
        int[] listwise = writer.tokens(Prompts.load("listwise/v2"), values);
        assertThat(behind(tokenizer, told, listwise, chat ? 3 : 2)).startsWith("The query again");
        assertThat(behind(tokenizer, told, listwise, chat ? 4 : 3)).startsWith("so\n\nThe query");
      }
    }
  }

  private static String behind(Tokenizer tokenizer, LineBreaks told, int[] ids, int last) {
    int[] starts =
        new BlockDiagonalAttention(Cut.LINES, 512, 0, last, 0)
            .starts(ids.length, () -> told.of(ids));
    return tokenizer.decode(Arrays.copyOfRange(ids, starts[starts.length - last], ids.length));
  }

  private int[] starts(Cut cut, int block, int[] ids) {
    return new BlockDiagonalAttention(cut, block, 0, 1, 0).starts(ids.length, () -> lines.of(ids));
  }
}
