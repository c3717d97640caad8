package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TermVectorsTest {

  private static final long SEED = 2004;
  private static final String[] WORDS = {"rain", "hill", "storm", "cat", "river", "stone"};

  @Test
  void cosinesEqualThoseOfFullVectors() {
    Random random = new Random(SEED);
    for (int n : new int[] {1, 2, 5, 40}) {
      List<String> sentences = sentences(random, n);
      List<Map<String, Double>> naive = naive(sentences);
      Map<String, Double> mean = new HashMap<>();
      naive.forEach(vector -> unit(vector).forEach((w, x) -> mean.merge(w, x / n, Double::sum)));
      TermVectors vectors = TermVectors.of(sentences);
      for (int i = 0; i < n; i++) {
        String where = "seed %d, n %d, sentence %d".formatted(SEED, n, i);
        assertThat(vectors.cosinesToMean()[i])
            .as(where)
            .isCloseTo(cosine(naive.get(i), mean), within(1e-6));
        for (int j = 0; j < n; j++) {
          double expected = i == j ? 1 : cosine(naive.get(i), naive.get(j));
          assertThat((double) vectors.cosines(i)[j]).as(where).isCloseTo(expected, within(1e-6));
        }
      }
    }
  }

  @Test
  void chainsAreTheWordsOfSeveralSentencesTheLongestLast() {
    TermVectors vectors =
        TermVectors.of(
            List.of(
                "The storm and the rain on the hill.",
                "Rain and storms.",
                "A cat in the rain.",
                "The river."));
    assertThat(vectors.chains(0)).hasSize(2); // rain of three sentences, storm of two
    assertThat(vectors.chains(0)[1]).isEqualTo(vectors.chains(2)[0]);
    assertThat(vectors.chains(1)).isEqualTo(vectors.chains(0));
    assertThat(vectors.chains(3)).isEmpty();
  }

  @Test
  void wordsAreThoseOfTheLanguage() {
    TermVectors german =
        TermVectors.of(
            List.of(
                "Die Regierung verhandelte mit den Nachbarn \u00FCber das Wasser der Fl\u00FCsse.",
                "Der Fluss und die Nachbarn blieben, wie sie waren."));
    assertThat(german.chains(0)).hasSize(2); // Nachbar, Fluss
    TermVectors chinese =
        TermVectors.of(
            List.of(
                "\u653F\u5E9C\u8BA8\u8BBA\u4E86\u7ECF\u6D4E\u653F\u7B56\u3002",
                "\u7ECF\u6D4E\u589E\u957F\u5F88\u5FEB\u3002",
                "\u5929\u6C14\u5F88\u597D\u3002"));
    assertThat(chinese.cosines(0)[1]).isPositive();
    assertThat(chinese.cosines(0)[2]).isZero();
  }

  @Test
  void sentencesWithoutContentWordsResembleOnlyThemselves() {
    TermVectors vectors = TermVectors.of(List.of("!!!", "The rain.", "It is."));
    assertThat(vectors.cosines(0)).containsExactly(1, 0, 0);
    assertThat(vectors.cosines(1)).containsExactly(0, 1, 0);
    assertThat(vectors.cosinesToMean()).containsExactly(0, 1, 0);
    assertThat(TermVectors.of(List.of("!!!")).cosinesToMean()).containsExactly(0);
  }

  private static List<String> sentences(Random random, int n) {
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      StringBuilder sentence = new StringBuilder("The");
      for (int k = random.nextInt(7); k > 0; k--) {
        sentence.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
      }
      sentences.add(sentence.append('.').toString());
    }
    return sentences;
  }

  private static List<Map<String, Double>> naive(List<String> sentences) {
    Map<String, Integer> frequency = new TreeMap<>();
    List<List<String>> words = new ArrayList<>();
    for (String sentence : sentences) {
      List<String> found = List.of(sentence.replaceAll("The ?|\\.", "").split(" "));
      words.add(found);
      new HashSet<>(found).forEach(word -> frequency.merge(word, 1, Integer::sum));
    }
    List<Map<String, Double>> vectors = new ArrayList<>();
    for (List<String> found : words) {
      Map<String, Double> vector = new HashMap<>();
      for (String word : found) {
        double rarity = Math.log((1.0 + sentences.size()) / (1 + frequency.get(word))) + 1;
        if (!word.isEmpty()) {
          vector.merge(word, rarity, Double::sum);
        }
      }
      vectors.add(vector);
    }
    return vectors;
  }

  private static Map<String, Double> unit(Map<String, Double> vector) {
    double norm = Math.sqrt(dot(vector, vector));
    Map<String, Double> unit = new HashMap<>();
    vector.forEach((word, x) -> unit.put(word, x / norm));
    return unit;
  }

  private static double cosine(Map<String, Double> left, Map<String, Double> right) {
    double norms = Math.sqrt(dot(left, left) * dot(right, right));
    return norms == 0 ? 0 : dot(left, right) / norms;
  }

  private static double dot(Map<String, Double> left, Map<String, Double> right) {
    return left.entrySet().stream()
        .mapToDouble(e -> e.getValue() * right.getOrDefault(e.getKey(), 0.0))
        .sum();
  }
}
