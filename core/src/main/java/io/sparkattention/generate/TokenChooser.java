package io.sparkattention.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.DecodingOperators;
import java.util.List;
import java.util.Optional;

/** Chooses the next token of each row: the best one, or one that is drawn. */
final class TokenChooser {

  private final List<ScoreProcessor> processors;
  private final Optional<GenerationConfig.Sampling> sampling;

  TokenChooser(GenerationConfig config) {
    this.processors = ScoreProcessors.of(config);
    this.sampling = config.sampling();
  }

  /**
   * Chooses a token for each text and appends it.
   *
   * @param logits (R, vocabulary) float32
   * @param texts the text of each row
   */
  void extend(NDManager scope, NDArray logits, List<RunningText> texts) {
    NDArray scores = logits;
    for (ScoreProcessor processor : processors) {
      scores = processor.process(scope, scores, texts);
    }
    DecodingOperators operators = DecodingOperators.on(scope.getDevice());
    NDArray processed = scores;
    DecodingOperators.Chosen chosen =
        sampling
            .map(
                how -> operators.draw(scope, warped(scope, processed, how), uniform(texts), logits))
            .orElseGet(() -> operators.best(scope, processed, logits));
    for (int row = 0; row < texts.size(); row++) {
      texts.get(row).add(chosen.ids()[row], chosen.logProbabilities()[row]);
    }
  }

  /** Scores of which all that may not be drawn are minus infinity, (R, vocabulary). */
  static NDArray warped(NDManager scope, NDArray scores, GenerationConfig.Sampling how) {
    DecodingOperators operators = DecodingOperators.on(scope.getDevice());
    NDArray warped = scores;
    if (how.temperature() != 1) {
      warped = operators.warm(scope, warped, how.temperature());
    }
    if (how.topK() > 0) {
      warped = operators.topK(scope, warped, how.topK());
    }
    if (how.topP() < 1) {
      warped = operators.topP(scope, warped, how.topP());
    }
    return how.minP() > 0 ? operators.minP(scope, warped, how.minP()) : warped;
  }

  /** The key of the draws after a prompt. */
  long key(int[] prompt) {
    return sampling.map(how -> Draws.key(how.seed(), prompt)).orElse(0L);
  }

  /** A number in [0, 1) for each text. */
  private static float[] uniform(List<RunningText> texts) {
    float[] uniform = new float[texts.size()];
    for (int row = 0; row < uniform.length; row++) {
      uniform[row] = texts.get(row).uniform();
    }
    return uniform;
  }
}
