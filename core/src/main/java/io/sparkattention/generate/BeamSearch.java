package io.sparkattention.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.generate.BeamHypotheses.Candidate;
import io.sparkattention.model.decoder.Continuation;
import io.sparkattention.tensor.DecodingOperators;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Continues prompts by several texts at once and keeps those with the best sums of scores. */
final class BeamSearch {

  private final GenerationConfig config;
  private final List<ScoreProcessor> processors;
  private final Endings endings;
  private final NDManager owner;
  private final Continuation rows;
  private final int beams;
  private final int kept;

  /**
   * @param owner forward passes open their scopes below it
   * @param rows one for each prompt
   */
  BeamSearch(NDManager owner, Continuation rows, GenerationConfig config, Endings endings) {
    this.owner = owner;
    this.rows = rows;
    this.config = config;
    this.endings = endings;
    this.processors = ScoreProcessors.of(config);
    this.beams = config.beams().count();
    this.kept = Math.max(2, 1 + config.limits().ends().size()) * beams;
  }

  /**
   * What was said after each prompt.
   *
   * @param betweenSteps called before each step but the first; what it throws ends the search
   */
  List<Said> run(List<int[]> prompts, Runnable betweenSteps) {
    List<BeamHypotheses> all = prompts.stream().map(this::hypotheses).toList();
    List<BeamHypotheses> open = all;
    try (NDManager scope = owner.newSubManager()) {
      int[] each = IntStream.range(0, prompts.size()).toArray();
      NDArray first = rows.begin(scope, each, prompts); // (prompts, vocabulary)
      int[] repeated = IntStream.range(0, prompts.size() * beams).map(i -> i / beams).toArray();
      rows.spread(beams);
      long[] places = Arrays.stream(repeated).asLongStream().toArray();
      NDArray logits = first.get(scope.create(places)); // (prompts · beams, vocabulary)
      open = advance(scope, logits, open);
    }
    while (!open.isEmpty()) {
      betweenSteps.run();
      int[] last =
          open.stream().flatMap(h -> h.running().stream()).mapToInt(RunningText::last).toArray();
      try (NDManager scope = owner.newSubManager()) {
        open = advance(scope, rows.next(scope, last), open);
      }
    }
    return all.stream().map(BeamHypotheses::best).toList();
  }

  private BeamHypotheses hypotheses(int[] prompt) {
    int[] decoderPrompt = rows.decoderPrompt(prompt);
    return new BeamHypotheses(
        config.beams(),
        endings,
        decoderPrompt,
        config.limits().newTokens(decoderPrompt.length),
        rows.maxLength(prompt));
  }

  /** Gives each prompt its candidates; those that go on are returned, and their rows selected. */
  private List<BeamHypotheses> advance(NDManager scope, NDArray logits, List<BeamHypotheses> open) {
    DecodingOperators operators = DecodingOperators.on(scope.getDevice());
    NDArray own = operators.logSoftmax(scope, logits); // (open · beams, vocabulary)
    List<RunningText> texts = open.stream().flatMap(h -> h.running().stream()).toList();
    NDArray scores = own;
    for (ScoreProcessor processor : processors) {
      scores = processor.process(scope, scores, texts);
    }
    float[] running = new float[texts.size()];
    for (int i = 0; i < open.size(); i++) {
      System.arraycopy(open.get(i).scores(), 0, running, i * beams, beams);
    }
    DecodingOperators.Continued best =
        operators.continuations(scope, scores, own, running, beams, kept);
    long[] places = best.places(); // (open, kept)
    long vocabulary = logits.getShape().get(1);
    for (int i = 0; i < open.size(); i++) {
      List<Candidate> candidates = new ArrayList<>();
      for (int j = i * kept; j < (i + 1) * kept; j++) {
        int beam = (int) (places[j] / vocabulary);
        int token = (int) (places[j] % vocabulary);
        candidates.add(new Candidate(beam, token, best.sums()[j], best.logProbabilities()[j]));
      }
      open.get(i).advance(candidates);
    }
    return selected(open);
  }

  /** Those that are not over; the last ones fill the places of those that are, so that few move. */
  private List<BeamHypotheses> selected(List<BeamHypotheses> open) {
    int count = (int) open.stream().filter(each -> !each.over()).count();
    List<BeamHypotheses> next = new ArrayList<>();
    List<Integer> selected = new ArrayList<>();
    int last = open.size() - 1;
    for (int i = 0; i < count; i++) {
      int from = i;
      if (open.get(i).over()) {
        while (open.get(last).over()) {
          last--;
        }
        from = last--;
      }
      next.add(open.get(from));
      for (int origin : open.get(from).origins()) {
        selected.add(from * beams + origin);
      }
    }
    if (!next.isEmpty()) {
      rows.select(selected.stream().mapToInt(Integer::intValue).toArray());
    }
    return next;
  }
}
