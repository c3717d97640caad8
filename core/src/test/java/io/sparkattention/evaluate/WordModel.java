package io.sparkattention.evaluate;

import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.model.TokenEmbedder;
import io.sparkattention.model.TokenVectors;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A model in which every word has a vector of its own, drawn from its hash, and a text is their
 * sum. Texts with the word "poison" make it fail; a frame token stands before each text.
 */
final class WordModel {

  static final int DIMENSION = 16;
  static final int FRAME = -1;
  private static final TokenFrequencies FREQUENCIES = new TokenFrequencies(9, Map.of());

  private WordModel() {}

  static EvaluateContext context() {
    return EvaluateContext.empty().with(tokens()).with(texts()).with(FREQUENCIES);
  }

  static TokenEmbedder tokens() {
    return new TokenEmbedder() {
      @Override
      public List<TokenVectors> embed(List<String> texts, Role role) {
        return texts.stream().map(WordModel::vectors).toList();
      }

      @Override
      public int dimension() {
        return DIMENSION;
      }
    };
  }

  static TextEmbedder texts() {
    return new TextEmbedder() {
      @Override
      public List<Embedding> embed(List<String> texts, Role role) {
        return texts.stream().map(WordModel::embedding).toList();
      }

      @Override
      public int dimension() {
        return DIMENSION;
      }
    };
  }

  private static TokenVectors vectors(String text) {
    List<String> words = words(text);
    float[] values = new float[(words.size() + 1) * DIMENSION];
    int[] ids = new int[words.size() + 1];
    ids[0] = FRAME;
    for (int i = 0; i <= words.size(); i++) {
      String word = i == 0 ? "[CLS]" : words.get(i - 1);
      ids[i] = i == 0 ? FRAME : word.hashCode();
      System.arraycopy(vector(word), 0, values, i * DIMENSION, DIMENSION);
    }
    BitSet special = new BitSet();
    special.set(0);
    return new TokenVectors(values, DIMENSION, ids, special, ids.length, 1, false);
  }

  private static Embedding embedding(String text) {
    float[] sum = new float[DIMENSION];
    for (String word : words(text)) {
      float[] vector = vector(word);
      for (int k = 0; k < DIMENSION; k++) {
        sum[k] += vector[k];
      }
    }
    return new Embedding(sum, words(text).size(), 1, false);
  }

  private static List<String> words(String text) {
    if (text.contains("poison")) {
      throw new ArithmeticException("a vector is not finite");
    }
    return new ArrayList<>(RougeTokenizer.UNICODE.words(text));
  }

  private static float[] vector(String word) {
    Random random = new Random(word.hashCode());
    float[] vector = new float[DIMENSION];
    for (int k = 0; k < DIMENSION; k++) {
      vector[k] = (float) random.nextGaussian();
    }
    return vector;
  }
}
