package io.sparkattention.rerank;

import io.sparkattention.generate.Generated;
import io.sparkattention.model.Outcome;
import io.sparkattention.prompt.CutText;
import io.sparkattention.rerank.RerankQuery.Candidate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The way of one query's candidates through its windows, from the last place to the first. */
final class ListwiseRun {

  private final RerankQuery query;
  private final ListwisePrompt prompt;
  private final int window;
  private final int step;
  private final List<Integer> order = new ArrayList<>(); // candidates by place
  private final Relevance[] read; // per candidate, in all windows so far
  private int start; // of the next window
  private int end; // of the next window; 0 when all are done
  private ListwisePrompt.Window asked;
  private String error; // why there is no order; null while there is none

  ListwiseRun(RerankQuery query, ListwisePrompt prompt, int window, int step) {
    this.query = query;
    this.prompt = prompt;
    this.window = window;
    this.step = step;
    int count = query.candidates().size();
    IntStream.range(0, count).forEach(order::add);
    read = new Relevance[count];
    Arrays.fill(read, new Relevance(0, 0, 0, false));
    end = count < 2 ? 0 : count; // one alone is in order
    start = Math.max(0, end - window);
  }

  /** Whether there is another window to ask for. */
  boolean waits() {
    return end > 0 && error == null;
  }

  /** How many passages the next window has. */
  int passages() {
    return end - start;
  }

  /** The prompt of the next window; where it cannot be written, there is no order. */
  Outcome<int[]> prompt(InstructedModel model, int newTokens) {
    List<Candidate> passages =
        order.subList(start, end).stream().map(query.candidates()::get).toList();
    Outcome<ListwisePrompt.Window> written =
        Outcome.attempt(() -> prompt.write(query.query(), passages, model.promptTokens(newTokens)));
    error = written.error();
    asked = written.value();
    return written.then(ListwisePrompt.Window::ids);
  }

  /** Takes what the model wrote, and moves on to the window before. */
  void take(Outcome<Generated> outcome) {
    if (outcome.failed()) {
      error = outcome.error();
      return;
    }
    Generated made = outcome.value();
    if (!Double.isFinite(made.meanLogProbability())) {
      error = "the model gave scores that are no finite numbers";
      return;
    }
    Permutation permutation = Permutation.parse(made.text(), end - start);
    List<Integer> before = List.copyOf(order.subList(start, end));
    for (int place = 0; place < before.size(); place++) {
      note(before.get(place), asked.passages().get(place), made, permutation.repairs());
      order.set(start + place, before.get(permutation.order().get(place)));
    }
    boolean first = start == 0;
    end = first ? 0 : end - step;
    start = Math.max(0, end - window);
  }

  private void note(int candidate, CutText passage, Generated made, int repairs) {
    Relevance before = read[candidate];
    Answer earlier = before.answer();
    String reason = made.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
    Answer answer =
        new Answer(
            made.newTokens() + (earlier == null ? 0 : earlier.tokens()),
            reason,
            made.meanLogProbability(),
            repairs + (earlier == null ? 0 : earlier.repairs()));
    read[candidate] =
        new Relevance(
            0,
            before.tokens() + passage.tokens(),
            1,
            before.truncated() || passage.truncated(),
            answer);
  }

  /** One outcome per candidate: its score says how many it is before, itself included. */
  List<Outcome<Relevance>> outcomes() {
    List<Outcome<Relevance>> outcomes = new ArrayList<>();
    for (int candidate = 0; candidate < read.length; candidate++) {
      outcomes.add(
          error == null
              ? Outcome.of(read[candidate].scored(read.length - order.indexOf(candidate)))
              : Outcome.failure(error));
    }
    return outcomes;
  }
}
