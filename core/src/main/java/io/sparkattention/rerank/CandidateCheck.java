package io.sparkattention.rerank;

import io.sparkattention.model.Outcome;
import io.sparkattention.rerank.RerankQuery.Candidate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Puts aside the candidates of one query that cannot be scored, and ranks all of them later. */
final class CandidateCheck {

  private static final Comparator<RankedCandidate> ORDER =
      Comparator.comparingDouble(RankedCandidate::score)
          .reversed()
          .thenComparing(RankedCandidate::passageId);

  private final RerankQuery query;
  private final List<String> errors = new ArrayList<>(); // one per candidate, null where sound
  private final List<Candidate> sound = new ArrayList<>();

  CandidateCheck(RerankQuery query) {
    this.query = query;
    Set<String> ids = new HashSet<>();
    for (Candidate candidate : query.candidates()) {
      String error = error(query.query(), candidate, ids);
      errors.add(error);
      if (error == null) {
        sound.add(candidate);
      }
    }
    sound.sort(Comparator.comparingDouble(Candidate::earlier).thenComparing(Candidate::passageId));
  }

  /**
   * The query with the candidates that can be scored, however they arrive: those of an earlier
   * ranking in its order, then the others by their ids.
   */
  RerankQuery sound() {
    return query.of(sound);
  }

  /**
   * Orders all candidates.
   *
   * @param scores one per sound candidate, in their order
   */
  Ranking rank(List<Outcome<Relevance>> scores) {
    if (scores.size() != sound.size()) {
      throw new IllegalStateException(
          sound.size() + " candidates were given, but " + scores.size() + " scores came back");
    }
    Map<String, Outcome<Relevance>> byId = new HashMap<>();
    for (int i = 0; i < sound.size(); i++) {
      byId.put(sound.get(i).passageId(), Relevance.finite(scores.get(i)));
    }
    List<RankedCandidate> scored = new ArrayList<>();
    List<RankedCandidate> failed = new ArrayList<>();
    for (int i = 0; i < errors.size(); i++) {
      String id = query.candidates().get(i).passageId();
      Outcome<Relevance> outcome =
          errors.get(i) == null ? byId.get(id) : Outcome.failure(errors.get(i));
      if (outcome.failed()) {
        failed.add(new RankedCandidate(id, Double.NaN, 0, 0, 0, false, outcome.error()));
      } else {
        Relevance made = outcome.value();
        double score = made.score() + 0.0; // turns -0.0 into 0.0, which must tie with it
        scored.add(
            new RankedCandidate(
                id, score, 0, made.tokens(), made.chunks(), made.truncated(), made.answer(), null));
      }
    }
    scored.sort(ORDER);
    scored.addAll(failed);
    return new Ranking(query.queryId(), numbered(scored));
  }

  private static List<RankedCandidate> numbered(List<RankedCandidate> ordered) {
    return IntStream.range(0, ordered.size()).mapToObj(i -> ordered.get(i).at(i + 1)).toList();
  }

  private static String error(String query, Candidate candidate, Set<String> ids) {
    if (query == null) {
      return "the query is null";
    }
    if (query.isBlank()) {
      return "the query is empty";
    }
    if (candidate.passageId() == null) {
      return "the passage id is null";
    }
    if (!ids.add(candidate.passageId())) {
      return "the query has a candidate with this passage id already";
    }
    if (candidate.text() == null) {
      return "the passage has no text: it is null, or no passage has this id";
    }
    return candidate.text().isBlank() ? "the passage is empty" : null;
  }
}
