package io.sparkattention.model;

import io.sparkattention.model.SequenceClassifier.Reading;
import io.sparkattention.text.Chunk;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A cross-encoder. A passage longer than the room that the query leaves is read in overlapping
 * chunks and has the score of its best one (MaxP, Dai and Callan 2019, arXiv:1905.09217).
 */
final class EncoderPairScorer implements PairScorer {

  private final SequenceClassifier classifier;
  private final ScoreActivation activation;
  private final Tokenizer tokenizer;
  private final LongText longText;

  EncoderPairScorer(
      SequenceClassifier classifier,
      ScoreActivation activation,
      Tokenizer tokenizer,
      LongText longText) {
    this.classifier = classifier;
    this.activation = activation;
    this.tokenizer = tokenizer;
    this.longText = longText;
  }

  @Override
  public List<Score> score(List<Pair> pairs) {
    LongText.PairChunks[] read = new LongText.PairChunks[pairs.size()];
    List<List<float[]>> logits = classifier.logits(pairs.size(), reader(pairs, read));
    List<Score> scores = new ArrayList<>(pairs.size());
    for (int i = 0; i < pairs.size(); i++) {
      float best = Float.NEGATIVE_INFINITY;
      for (float[] each : logits.get(i)) {
        best = Math.max(best, value(each));
      }
      List<Chunk> chunks = read[i].chunks();
      scores.add(new Score(best, LongText.tokens(chunks), chunks.size(), read[i].truncated()));
    }
    return scores;
  }

  @Override
  public List<ChunkScores> scoreChunks(List<Pair> pairs) {
    LongText.PairChunks[] read = new LongText.PairChunks[pairs.size()];
    List<List<Reading>> readings = classifier.readings(pairs.size(), reader(pairs, read));
    List<ChunkScores> scores = new ArrayList<>(pairs.size());
    for (int i = 0; i < pairs.size(); i++) {
      List<Reading> chunks = readings.get(i);
      float[] values = new float[chunks.size()];
      for (int c = 0; c < values.length; c++) {
        values[c] = value(chunks.get(c).logits());
      }
      scores.add(
          new ChunkScores(
              values,
              chunks.stream().map(Reading::representation).toList(),
              LongText.tokens(read[i].chunks()),
              read[i].truncated()));
    }
    return scores;
  }

  @Override
  public List<Float> scoreRepresentations(List<float[]> representations) {
    return classifier.logitsOf(representations).stream().map(this::value).toList();
  }

  /** Gives the sequences of each pair, in order, and notes how it is read. */
  private IntFunction<List<Tokens>> reader(List<Pair> pairs, LongText.PairChunks[] read) {
    Map<String, Tokens> queries = new HashMap<>();
    return i -> {
      Pair pair = pairs.get(i);
      Tokens query = queries.computeIfAbsent(pair.query(), tokenizer::encodeContentIds);
      read[i] = longText.pairChunks(query, tokenizer.encodeContentIds(pair.passage()));
      return LongText.sequences(read[i].chunks());
    };
  }

  /** The score of one chunk; one that could not be scored is not hidden by others. */
  private float value(float[] logits) {
    for (float logit : logits) {
      if (!Float.isFinite(logit)) {
        throw new ArithmeticException("the model gave a score that is not finite");
      }
    }
    return activation.score(logits);
  }
}
