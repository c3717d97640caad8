package io.sparkattention.summarize;

import io.sparkattention.text.ContentWords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Sentences as the content words that they have: how often each occurs, times how rare it is among
 * the sentences, {@code ln((1 + n) / (1 + sentences with it)) + 1}. Needs no model. A sentence
 * without a content word resembles nothing but itself.
 */
final class TermVectors {

  /** A sentence that has a term, and the term's weight in its vector of length 1. */
  private record Posting(int sentence, float weight) {}

  private final int n;
  private final List<List<Posting>> postings; // by term
  private final int[][] terms; // (n, distinct terms), ascending
  private final float[][] weights; // (n, distinct terms), of vectors of length 1

  private TermVectors(int[][] terms, float[][] weights, int vocabulary) {
    n = terms.length;
    this.terms = terms;
    this.weights = weights;
    postings = Stream.<List<Posting>>generate(ArrayList::new).limit(vocabulary).toList();
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < terms[i].length; k++) {
        postings.get(terms[i][k]).add(new Posting(i, weights[i][k]));
      }
    }
  }

  /** The vectors of sentences in one language. */
  static TermVectors of(List<String> sentences) {
    ContentWords words = ContentWords.inLanguageOf(String.join(" ", sentences));
    Map<String, Integer> vocabulary = new HashMap<>();
    List<Map<Integer, Integer>> counts = new ArrayList<>(sentences.size());
    for (String sentence : sentences) {
      Map<Integer, Integer> count = new TreeMap<>();
      for (String word : words.of(sentence)) {
        count.merge(vocabulary.computeIfAbsent(word, w -> vocabulary.size()), 1, Integer::sum);
      }
      counts.add(count);
    }
    int n = sentences.size();
    int[] frequency = new int[vocabulary.size()]; // sentences with the term
    counts.forEach(count -> count.keySet().forEach(term -> frequency[term]++));
    int[][] terms = new int[n][];
    float[][] weights = new float[n][];
    for (int i = 0; i < n; i++) {
      terms[i] = counts.get(i).keySet().stream().mapToInt(term -> term).toArray();
      double[] values = new double[terms[i].length];
      for (int k = 0; k < values.length; k++) {
        values[k] = counts.get(i).get(terms[i][k]) * rarity(n, frequency[terms[i][k]]);
      }
      double norm = Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
      weights[i] = new float[values.length];
      for (int k = 0; k < values.length; k++) {
        weights[i][k] = (float) (values[k] / norm);
      }
    }
    return new TermVectors(terms, weights, vocabulary.size());
  }

  private static double rarity(int n, int frequency) {
    return Math.log((1.0 + n) / (1 + frequency)) + 1;
  }

  /** The cosines of a sentence to all of them, (n); 1 to itself. */
  float[] cosines(int index) {
    float[] cosines = new float[n];
    for (int k = 0; k < terms[index].length; k++) {
      for (Posting posting : postings.get(terms[index][k])) {
        cosines[posting.sentence()] += weights[index][k] * posting.weight();
      }
    }
    cosines[index] = 1;
    return cosines;
  }

  /** The cosines of all sentences to their mean, (n); 0 without content words. */
  double[] cosinesToMean() {
    double[] cosines = new double[n];
    double squares = 0;
    for (List<Posting> sentences : postings) {
      double sum = sentences.stream().mapToDouble(Posting::weight).sum();
      squares += sum * sum;
      sentences.forEach(posting -> cosines[posting.sentence()] += sum * posting.weight());
    }
    double norm = Math.sqrt(squares);
    return norm > 0 ? Arrays.stream(cosines).map(value -> value / norm).toArray() : cosines;
  }

  /**
   * The lexical chains that run through a sentence: its distinct terms that other sentences have
   * too, the shortest chain first; of equally long ones that of the later term.
   */
  int[] chains(int index) {
    return Arrays.stream(terms[index])
        .filter(term -> postings.get(term).size() > 1)
        .boxed()
        .sorted(
            Comparator.comparingInt((Integer t) -> postings.get(t).size()).thenComparing(t -> -t))
        .mapToInt(term -> term)
        .toArray();
  }
}
