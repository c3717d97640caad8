package io.sparkattention.rerank;

import io.sparkattention.model.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** The way of one query's candidates through the stages of a cascade. */
final class CascadeRun {

  private final RerankQuery query;
  private final Members stages;
  private final List<Outcome<Relevance>> latest; // per candidate, by the last stage that read it
  private final List<List<Integer>> heldBack = new ArrayList<>(); // per stage, best first
  private List<Integer> left; // indexes of the candidates that are still in

  CascadeRun(RerankQuery query, Members stages) {
    this.query = query;
    this.stages = stages;
    this.latest = new ArrayList<>(Collections.nCopies(query.candidates().size(), null));
    this.left = IntStream.range(0, query.candidates().size()).boxed().toList();
  }

  /** The query with the candidates that the next stage reads. */
  RerankQuery left() {
    return query.of(left.stream().map(query.candidates()::get).toList());
  }

  /**
   * Takes what a stage says of the candidates that are left, and keeps the best of them.
   *
   * @param keep how many; below 1 the share of all candidates
   */
  void take(int stage, List<Outcome<Relevance>> outcomes, double keep) {
    double all = query.candidates().size();
    int passed = (int) Math.min(all, keep < 1 ? Math.ceil(keep * all) : keep);
    List<Integer> sound = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      int candidate = left.get(i);
      Outcome<Relevance> before = latest.get(candidate);
      Relevance read = before == null ? null : before.value();
      latest.set(candidate, outcomes.get(i).then(made -> stages.after(read, stage, made)));
      if (!outcomes.get(i).failed()) {
        sound.add(candidate);
      }
    }
    List<Integer> ordered =
        PassageOrder.bestFirst(sound, this::score, i -> query.candidates().get(i).passageId());
    left = ordered.subList(0, Math.min(passed, ordered.size()));
    heldBack.add(ordered.subList(left.size(), ordered.size()));
  }

  /** One outcome per candidate, after the last stage. */
  List<Outcome<Relevance>> outcomes() {
    List<Outcome<Relevance>> outcomes = new ArrayList<>(latest);
    double lowest = left.isEmpty() ? Double.NaN : score(left.get(left.size() - 1));
    for (int stage = heldBack.size() - 1; stage >= 0; stage--) {
      lowest = moveBelow(lowest, heldBack.get(stage), outcomes);
    }
    return outcomes;
  }

  /**
   * Moves the scores of candidates that a stage held back.
   *
   * @param lowest the lowest score of those that got further; NaN if none did
   * @return the lowest score of all of them
   */
  private double moveBelow(
      double lowest, List<Integer> ordered, List<Outcome<Relevance>> outcomes) {
    double floor = lowest;
    double above = Double.NaN; // the original score of the candidate before
    for (int candidate : ordered) {
      double score = score(candidate);
      double moved = score;
      if (!Double.isNaN(lowest)) {
        double best = score(ordered.get(0));
        moved = Math.min(floor, lowest - 1 - (best - score));
        if (score != above) {
          moved = Math.min(moved, Math.nextDown(floor)); // rounding makes no ties
        }
      }
      double placed = moved;
      outcomes.set(candidate, latest.get(candidate).then(read -> read.scored(placed)));
      floor = moved;
      above = score;
    }
    return floor;
  }

  private double score(int candidate) {
    return latest.get(candidate).value().score();
  }
}
