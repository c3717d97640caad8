package io.sparkattention.model;

import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    Map<String, Tokens> queries = new HashMap<>();
    LongText.PairChunks[] read = new LongText.PairChunks[pairs.size()];
    List<List<float[]>> logits =
        classifier.logits(
            pairs.size(),
            i -> {
              Pair pair = pairs.get(i);
              Tokens query = queries.computeIfAbsent(pair.query(), tokenizer::encodeContentIds);
              read[i] = longText.pairChunks(query, tokenizer.encodeContentIds(pair.passage()));
              return LongText.sequences(read[i].chunks());
            });
    List<Score> scores = new ArrayList<>(pairs.size());
    for (int i = 0; i < pairs.size(); i++) {
      scores.add(
          new Score(
              best(logits.get(i)),
              LongText.tokens(read[i].chunks()),
              read[i].chunks().size(),
              read[i].truncated()));
    }
    return scores;
  }

  /** The largest score of the chunks; a chunk that could not be scored is not hidden by others. */
  private float best(List<float[]> logits) {
    float best = Float.NEGATIVE_INFINITY;
    for (float[] each : logits) {
      for (float logit : each) {
        if (!Float.isFinite(logit)) {
          throw new ArithmeticException("the model gave a score that is not finite");
        }
      }
      best = Math.max(best, activation.score(each));
    }
    return best;
  }
}
