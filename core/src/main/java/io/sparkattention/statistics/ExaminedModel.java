package io.sparkattention.statistics;

import io.sparkattention.attention.Silence;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** A loaded model as experiments and statistics of parameters see it. */
public interface ExaminedModel {

  /** How many layers it has. */
  int layers();

  /** How many heads each layer has. */
  int heads();

  /** Tokens of the longest sequence that it reads. */
  default int maxTokens() {
    return Integer.MAX_VALUE;
  }

  /** Whether it was trained to follow instructions, as its checkpoint says. */
  boolean instructed();

  /** Turns text into its tokens. */
  Tokenizer tokenizer();

  /** The ids of all tokens that have a letter or a digit, ascending. */
  int[] words();

  /** Puts the model's special tokens around those of a text. */
  Tokens framed(int[] content);

  /** The id that stands for a word that is hidden or not known, if the model has one. */
  OptionalInt blank();

  /**
   * Reads sequences with some heads silenced.
   *
   * @param ids each sequence as the model reads it, special tokens included
   * @param silenced none for the model as it is
   * @param by what stands in for the outputs of silenced heads
   * @return for each sequence its activations after the last layer, [token][column]
   */
  List<float[][]> activations(List<int[]> ids, Set<HeadPlace> silenced, Silence by);

  /** Reads sequences as they are. */
  default List<float[][]> activations(List<int[]> ids) {
    return activations(ids, Set.of(), Silence.ZERO);
  }

  /**
   * The activations after the embeddings and after each layer.
   *
   * @return [layer + 1][token][column]
   */
  List<float[][]> hiddenStates(int[] ids);

  /** What all layers attend to in a sequence. */
  ObservedLayers observe(int[] ids);

  /**
   * The model's weights.
   *
   * @throws io.sparkattention.model.ModelLoadException if the checkpoint cannot be read again
   */
  ModelParameters parameters();
}
