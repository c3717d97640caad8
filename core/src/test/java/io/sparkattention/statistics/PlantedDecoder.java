package io.sparkattention.statistics;

import io.sparkattention.model.EditableCheckpoint;
import io.sparkattention.model.EditableCheckpoint.Tensor;
import io.sparkattention.model.decoder.GoldenText;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * A decoder of the family gpt2 whose weights are written by hand: two layers of two heads, without
 * feed-forward. Its hidden states have a column for each word, each position, and each word that
 * stands before. Olsson et al. 2022 (arXiv:2209.11895) find the same pair of heads in trained
 * models.
 *
 * <p>Layer 0: head 0 attends to the token before and notes which word it is; head 1 is even. Layer
 * 1: head 0 attends to the tokens that stand behind an earlier occurrence of the word, an induction
 * head, and copies them; head 1 attends to all occurrences of the word, evenly.
 */
final class PlantedDecoder {
  private static final int WORDS = 320;
  private static final int POSITIONS = 128;
  private static final int BEFORE = WORDS + POSITIONS; // first column of the words before
  private static final int HIDDEN = BEFORE + WORDS;
  private static final int HEAD = HIDDEN / 2;
  private static final double SHARP = 2; // scores of about 50
  private static final double NOTE = 0.05; // what brings a normalized column back to about 1

  private PlantedDecoder() {}

  /** Writes it into an empty directory. */
  static Path write(Path directory) {
    EditableCheckpoint checkpoint =
        EditableCheckpoint.copy(GoldenText.directory("gpt2"), directory)
            .edit(
                "config.json",
                json -> json.put("n_embd", HIDDEN).put("n_head", 2).put("n_inner", 4))
            .weights(PlantedDecoder::plant);
    return checkpoint.directory();
  }

  private static void plant(Map<String, Tensor> tensors) {
    tensors.clear();
    String at = "transformer.";
    tensors.put(at + "wte.weight", columns(WORDS, 0));
    tensors.put(at + "wpe.weight", columns(POSITIONS, WORDS));
    norm(tensors, at + "ln_f");
    for (int layer = 0; layer < 2; layer++) {
      String in = at + "h." + layer + ".";
      boolean first = layer == 0;
      norm(tensors, in + "ln_1");
      norm(tensors, in + "ln_2");
      matrix(tensors, in + "attn.c_attn", HIDDEN, 3 * HIDDEN, first ? PREVIOUS : INDUCTION);
      matrix(tensors, in + "attn.c_proj", HIDDEN, HIDDEN, first ? NOTES : COPIES);
      matrix(tensors, in + "mlp.c_fc", HIDDEN, 4, (i, o) -> 0);
      matrix(tensors, in + "mlp.c_proj", 4, HIDDEN, (i, o) -> 0);
    }
  }

  /** An entry of a matrix by what goes in and what comes out. */
  private interface Entry {
    double at(int in, int out);
  }

  private static boolean isWord(int column) {
    return column < WORDS;
  }

  /** Query of position t, key of position t − 1, value of the word, all of head 0. */
  private static final Entry PREVIOUS =
      (in, out) -> {
        int position = in - WORDS;
        boolean isPosition = position >= 0 && position < POSITIONS;
        if (isPosition && position > 0 && out == position - 1
            || isPosition && out == HIDDEN + position) {
          return SHARP;
        }
        return isWord(in) && out == 2 * HIDDEN + in ? NOTE : 0;
      };

  /** Query of the word; key of head 0 of the word before, of head 1 of the word; value the word. */
  private static final Entry INDUCTION =
      (in, out) -> {
        Set<Integer> sharp =
            isWord(in)
                ? Set.of(in, HEAD + in, HIDDEN + HEAD + in)
                : in >= BEFORE ? Set.of(HIDDEN + in - BEFORE) : Set.of();
        return sharp.contains(out) ? SHARP : isWord(in) && out == 2 * HIDDEN + in ? NOTE : 0;
      };

  private static final Entry NOTES = (in, out) -> isWord(in) && out == BEFORE + in ? 1 : 0;
  private static final Entry COPIES = (in, out) -> isWord(in) && out == in ? 1 : 0;

  /** Rows that are 1 in a column of their own. */
  private static Tensor columns(int rows, int from) {
    return Tensor.of(i -> i % HIDDEN == from + i / HIDDEN ? 1 : 0, rows, HIDDEN);
  }

  private static void norm(Map<String, Tensor> tensors, String name) {
    tensors.put(name + ".weight", Tensor.of(i -> 1, HIDDEN));
    tensors.put(name + ".bias", Tensor.of(i -> 0, HIDDEN));
  }

  private static void matrix(
      Map<String, Tensor> tensors, String name, int in, int out, Entry entry) {
    tensors.put(name + ".weight", Tensor.of(i -> entry.at(i / out, i % out), in, out));
    tensors.put(name + ".bias", Tensor.of(i -> 0, out));
  }
}
