package io.sparkattention.generate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A group of beams of one prompt: those that run and those that ended. It follows transformers in
 * every rule, so that the same text wins.
 */
final class BeamHypotheses {

  /** A text that ended. */
  private record Ended(RunningText text, FinishReason reason, float score) {}

  /** A running beam with one more token. */
  record Candidate(int beam, int token, float score, double logProbability) {}

  /** The best text of a group and its score. */
  record Best(Said said, float score) {}

  private final GenerationConfig.Beams beams;
  private final int size;
  private final Endings endings;
  private final int newTokens;
  private final int maxLength;
  private final List<Ended> ended = new ArrayList<>();
  private List<RunningText> running = new ArrayList<>();
  private float[] scores;
  private int[] origins;
  private boolean hopeless;
  private boolean over;

  /**
   * @param newTokens tokens after the prompt at most
   * @param maxLength the most tokens that the model can hold
   */
  BeamHypotheses(
      GenerationConfig.Beams beams,
      Endings endings,
      int[] decoderPrompt,
      int newTokens,
      int maxLength) {
    this.beams = beams;
    this.size = beams.groupSize();
    this.endings = endings;
    this.newTokens = newTokens;
    this.maxLength = maxLength;
    scores = new float[size];
    origins = new int[size];
    for (int i = 0; i < size; i++) {
      running.add(new RunningText(decoderPrompt));
      scores[i] = i == 0 ? 0 : -1e9f; // all are the same text: one of them continues
    }
  }

  List<RunningText> running() {
    return running;
  }

  /** The score of each running beam. */
  float[] scores() {
    return scores;
  }

  /** The beam that each running beam continues. */
  int[] origins() {
    return origins;
  }

  /** Whether no beam can change the result any more. */
  boolean over() {
    return over;
  }

  /**
   * Goes on with the best candidates.
   *
   * @param candidates best first, more than there are beams
   */
  void advance(List<Candidate> candidates) {
    List<RunningText> nextTexts = new ArrayList<>();
    float[] nextScores = new float[size];
    int[] nextOrigins = new int[size];
    boolean full = ended.size() == size;
    boolean closed =
        hopeless || full && beams.earlyStopping() == GenerationConfig.EarlyStopping.TRUE;
    for (int rank = 0; rank < candidates.size(); rank++) {
      Candidate each = candidates.get(rank);
      RunningText text = running.get(each.beam()).with(each.token(), each.logProbability());
      Optional<FinishReason> reason = endings.of(text, maxLength);
      if (reason.isPresent()) {
        if (rank < size && !closed) {
          ended.add(new Ended(text, reason.get(), normalized(each.score(), text.newTokens())));
        }
      } else if (nextTexts.size() < size) {
        nextScores[nextTexts.size()] = each.score();
        nextOrigins[nextTexts.size()] = each.beam();
        nextTexts.add(text);
      }
    }
    ended.sort(Comparator.comparing(Ended::score).reversed());
    while (ended.size() > size) {
      ended.remove(ended.size() - 1);
    }
    if (nextTexts.isEmpty()) {
      over = true; // every candidate ended
      return;
    }
    while (nextTexts.size() < size) { // too few candidates go on: the rest cannot win
      nextScores[nextTexts.size()] = -1e9f;
      nextOrigins[nextTexts.size()] = nextOrigins[0];
      nextTexts.add(nextTexts.get(0).with(nextTexts.get(0).last(), 0));
    }
    running = nextTexts;
    scores = nextScores;
    origins = nextOrigins;
    hopeless |= !canImprove();
    boolean enough =
        ended.size() == size && beams.earlyStopping() == GenerationConfig.EarlyStopping.TRUE;
    over = hopeless || enough;
  }

  /** Whether the best running beam may still end better than the worst text that ended. */
  private boolean canImprove() {
    if (ended.size() < size) {
      return true;
    }
    boolean longest =
        beams.earlyStopping() == GenerationConfig.EarlyStopping.NEVER && beams.lengthPenalty() > 0;
    float best = normalized(scores[0], longest ? newTokens : running.get(0).newTokens());
    return best > ended.get(ended.size() - 1).score();
  }

  private float normalized(float score, int length) {
    return (float) (score / Math.pow(length, beams.lengthPenalty()));
  }

  /** The best text. */
  Best best() {
    if (ended.isEmpty()) {
      RunningText text = running.get(0);
      return new Best(text.said(FinishReason.LENGTH), normalized(scores[0], text.newTokens()));
    }
    Ended first = ended.get(0);
    return new Best(first.text().said(first.reason()), first.score());
  }
}
