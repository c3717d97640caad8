package io.sparkattention.statistics;

import io.sparkattention.attention.Silence;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A model of which everything is known. A token's activation is the vector of its id, and every
 * head adds its strength in a direction of its own; what heads attend to is planted.
 *
 * @param strengths of heads, [layer][head]
 * @param maps what the heads attend to in a sequence of ids, [layer][head][query][key]
 */
record PlantedModel(double[][] strengths, Function<int[], double[][][][]> maps)
    implements ExaminedModel {
  static final int WORDS = 300;
  static final int BEFORE = WORDS;
  static final int AFTER = WORDS + 1;
  static final int BLANK = WORDS + 2;
  private static final int WIDTH = 48;

  static PlantedModel ofStrengths(double[]... strengths) {
    return new PlantedModel(strengths, ids -> new double[0][][][]);
  }

  static PlantedModel ofHeads(List<Function<int[], double[][]>> heads) {
    return new PlantedModel(
        new double[1][heads.size()],
        ids ->
            new double[][][][] {
              heads.stream().map(head -> head.apply(ids)).toArray(double[][][]::new)
            });
  }

  static float[] vector(int id) {
    Random random = new Random(id);
    float[] vector = new float[WIDTH];
    for (int d = 0; d < WIDTH; d++) {
      vector[d] = d < WIDTH / 2 ? (float) random.nextGaussian() : 0;
    }
    return vector;
  }

  @Override
  public int layers() {
    return strengths.length;
  }

  @Override
  public int heads() {
    return strengths[0].length;
  }

  @Override
  public boolean instructed() {
    return false;
  }

  @Override
  public Tokenizer tokenizer() {
    throw new UnsupportedOperationException("there is no text");
  }

  @Override
  public int[] words() {
    return IntStream.range(0, WORDS).toArray();
  }

  @Override
  public Tokens framed(int[] content) {
    int[] ids = new int[content.length + 2];
    ids[0] = BEFORE;
    System.arraycopy(content, 0, ids, 1, content.length);
    ids[ids.length - 1] = AFTER;
    int[] starts = new int[ids.length];
    Arrays.setAll(starts, t -> t == 0 || t == ids.length - 1 ? -1 : t);
    return new Tokens(ids, new int[ids.length], starts, starts);
  }

  @Override
  public OptionalInt blank() {
    return OptionalInt.of(BLANK);
  }

  @Override
  public List<float[][]> activations(List<int[]> ids, Set<HeadPlace> silenced, Silence by) {
    List<float[][]> all = new ArrayList<>();
    for (int[] sequence : ids) {
      float[][] states = new float[sequence.length][];
      for (int t = 0; t < states.length; t++) {
        states[t] = vector(sequence[t]);
        for (int l = 0; l < layers(); l++) {
          for (int h = 0; h < heads(); h++) {
            int direction = WIDTH - 1 - l * heads() - h;
            boolean gone = by == Silence.ZERO && silenced.contains(new HeadPlace(l, h));
            states[t][direction] += gone ? 0 : (float) strengths[l][h]; // its own mean
          }
        }
      }
      all.add(states);
    }
    return all;
  }

  @Override
  public List<float[][]> hiddenStates(int[] ids) {
    List<float[][]> states = new ArrayList<>();
    for (int l = 0; l <= layers(); l++) {
      states.addAll(activations(List.of(ids)));
    }
    states.get(1)[0][5] = -4000; // the first token, in the first layer
    return states;
  }

  @Override
  public ObservedLayers observe(int[] ids) {
    return new MatrixLayers(maps.apply(ids));
  }

  @Override
  public ModelParameters parameters() {
    throw new UnsupportedOperationException("there are no parameters");
  }
}
