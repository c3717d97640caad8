package io.sparkattention.jobs.job;

import io.sparkattention.jobs.input.Candidates;
import io.sparkattention.jobs.input.StoredEmbeddings;
import io.sparkattention.model.Outcome;
import io.sparkattention.rerank.Answer;
import io.sparkattention.rerank.RankedCandidate;
import io.sparkattention.rerank.Ranking;
import io.sparkattention.rerank.RerankQuery;
import io.sparkattention.udfs.batch.InvalidRowException;
import io.sparkattention.udfs.batch.RowMapping;
import io.sparkattention.udfs.work.Provenance;
import io.sparkattention.udfs.work.Provenance.Trace;
import io.sparkattention.udfs.work.TextCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;

/**
 * Reads a query with its candidates, and writes one row for each candidate; one that has no {@code
 * passage_id} stands for a query that found none.
 */
record RankingMapping(Provenance provenance, String strategy, String kvCache)
    implements RowMapping<Row, RerankQuery, Ranking> {

  @Override
  public String identity(RerankQuery query) {
    return query.queryId();
  }

  @Override
  public RerankQuery read(Row row) throws InvalidRowException {
    String problem = row.getAs(Candidates.QUERY_PROBLEM);
    String query = row.getAs(Candidates.QUERY);
    if (problem != null) {
      throw new InvalidRowException("the query: " + problem);
    }
    TextCheck.require("query", query);
    List<RerankQuery.Candidate> sound = new ArrayList<>();
    for (Row candidate : candidates(row)) {
      if (problem(candidate) == null) {
        sound.add(
            new RerankQuery.Candidate(
                candidate.getAs(Candidates.PASSAGE_ID),
                candidate.getAs(Candidates.TEXT),
                StoredEmbeddings.vector(candidate),
                Candidates.earlier(candidate)));
      }
    }
    return new RerankQuery(row.getAs(Candidates.QUERY_ID), query, sound);
  }

  @Override
  public long characters(RerankQuery query) {
    return query.query().length()
        + query.candidates().stream()
            .mapToLong(c -> c.text() == null ? 0 : c.text().length())
            .sum();
  }

  @Override
  public void write(Row row, Outcome<Ranking> outcome, double milliseconds, Consumer<Row> out) {
    List<Row> candidates = candidates(row);
    double share = milliseconds / candidates.size();
    for (Row candidate : candidates) {
      String problem = problem(candidate);
      if (problem != null || outcome.failed()) {
        String passageId = candidate.getAs(Candidates.PASSAGE_ID);
        boolean ofQuery = problem == null || (passageId == null && outcome.failed());
        Trace trace = Trace.failed(ofQuery ? outcome.error() : problem, share);
        out.accept(result(trace, row, passageId, null));
      }
    }
    if (!outcome.failed()) {
      outcome.value().candidates().forEach(ranked -> out.accept(ranked(row, ranked, share)));
    }
  }

  private Row ranked(Row row, RankedCandidate ranked, double milliseconds) {
    if (ranked.failed()) {
      return result(Trace.failed(ranked.error(), milliseconds), row, ranked.passageId(), null);
    }
    Integer tokensOut = ranked.answer() == null ? null : ranked.answer().tokens();
    Trace trace = new Trace(ranked.tokens(), tokensOut, ranked.truncated(), null, milliseconds);
    return result(trace, row, ranked.passageId(), ranked);
  }

  /**
   * @param ranked null where there is no result
   */
  private Row result(Trace trace, Row row, String passageId, RankedCandidate ranked) {
    Answer answer = ranked == null ? null : ranked.answer();
    return provenance.timedRow(
        trace,
        row.getAs(Candidates.QUERY_ID),
        passageId,
        ranked == null ? null : ranked.score(),
        ranked == null ? null : ranked.rank(),
        strategy,
        answer == null ? null : answer.finishReason(),
        answer == null ? null : answer.meanLogProbability(),
        answer == null ? null : answer.repairs(),
        kvCache);
  }

  /** Why a passage cannot be scored, or null. */
  private static String problem(Row candidate) {
    if (candidate.isNullAt(candidate.fieldIndex(Candidates.PASSAGE_ID))) {
      return "no passage was found for the query";
    }
    String problem = candidate.getAs(Candidates.PROBLEM);
    return problem == null
        ? TextCheck.problem("passage", candidate.getAs(Candidates.TEXT))
        : "the passage: " + problem;
  }

  private static List<Row> candidates(Row row) {
    return row.getList(row.fieldIndex(Candidates.CANDIDATES));
  }
}
