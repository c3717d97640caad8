package io.sparkattention.bench.quality;

import io.sparkattention.bench.quality.JudgedCollection.Passage;
import io.sparkattention.bench.quality.JudgedCollection.Query;
import io.sparkattention.evaluate.ItemScores;
import io.sparkattention.evaluate.Metrics;
import io.sparkattention.evaluate.RankingEvaluation;
import io.sparkattention.evaluate.RankingMetric;
import io.sparkattention.evaluate.Run;
import io.sparkattention.evaluate.ScoredDocument;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.rerank.Bm25FirstStage;
import io.sparkattention.rerank.Bm25Reranker;
import io.sparkattention.rerank.CorpusStatistics;
import io.sparkattention.rerank.RankedCandidate;
import io.sparkattention.rerank.Ranking;
import io.sparkattention.rerank.RerankContext;
import io.sparkattention.rerank.RerankQuery;
import io.sparkattention.rerank.RerankQuery.Candidate;
import io.sparkattention.rerank.Reranker;
import io.sparkattention.rerank.Rerankers;
import io.sparkattention.rerank.TopK;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A judged collection with the candidates that BM25 finds in it, on which strategies are tried. */
final class RankingTrial {

  /** How many passages BM25 finds for each query. */
  static final int CANDIDATES = 100;

  static final List<RankingMetric> METRICS =
      Metrics.parseAll("ndcg@10,mrr,recall@10").stream().map(RankingMetric.class::cast).toList();

  /**
   * What came of a strategy.
   *
   * @param name the strategy
   * @param scores one per metric, by query
   * @param tokens that models must read for a query if nothing is stored, the query's left out
   * @param seconds that a query takes then
   * @param candidates of a query
   */
  record Result(
      String name, List<ItemScores> scores, double tokens, double seconds, double candidates) {

    /** The same with the cost of candidates that are cut, if all of them are longer. */
    Result cut(int tokensEach) {
      double left = tokensEach * candidates;
      return new Result(name, scores, left, seconds * left / tokens, candidates);
    }
  }

  private final JudgedCollection collection;
  private final List<RerankQuery> queries;
  private final RerankContext context;
  private final RememberingModel model;

  RankingTrial(JudgedCollection collection, RememberingModel model) {
    this.collection = collection;
    this.model = model;
    Bm25Reranker bm25 = (Bm25Reranker) Rerankers.REGISTRY.parse("bm25");
    CorpusStatistics statistics = statistics(bm25);
    this.queries = queries(bm25, statistics);
    this.context =
        RerankContext.empty()
            .with(model.embedder())
            .with(model.tokenEmbedder())
            .with(model.chunkEmbedder())
            .with(bm25.analysis(), statistics);
  }

  private CorpusStatistics statistics(Bm25Reranker bm25) {
    Set<String> terms = new HashSet<>();
    collection.queries().forEach(query -> terms.addAll(bm25.analysis().terms(query.text())));
    return bm25.analysis()
        .count(collection.passages().stream().map(Passage::text).iterator(), terms);
  }

  private List<RerankQuery> queries(Bm25Reranker bm25, CorpusStatistics statistics) {
    List<String> texts = collection.queries().stream().map(Query::text).toList();
    Bm25FirstStage stage = new Bm25FirstStage(bm25, texts, statistics, CANDIDATES);
    collection.passages().forEach(passage -> stage.add(passage.id(), passage.text()));
    List<TopK> found = stage.result();
    Map<String, String> passages = collection.texts();
    List<RerankQuery> all = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      List<Candidate> candidates =
          found.get(i).best().stream()
              .map(each -> new Candidate(each.passageId(), passages.get(each.passageId())))
              .toList();
      all.add(new RerankQuery(collection.queries().get(i).id(), texts.get(i), candidates));
    }
    return all;
  }

  /** What is tried on: sizes, and which part of what is relevant BM25 finds at all. */
  String heading() {
    double recall = 0;
    for (int i = 0; i < queries.size(); i++) {
      Set<String> relevant = collection.queries().get(i).relevant();
      long found =
          queries.get(i).candidates().stream()
              .filter(candidate -> relevant.contains(candidate.passageId()))
              .count();
      recall += (double) found / relevant.size();
    }
    return "%s: %d passages, %d queries (known-item), %.1f candidates each, recall of them %.3f"
        .formatted(
            collection.name(),
            collection.passages().size(),
            queries.size(),
            candidates(),
            recall / queries.size());
  }

  private double candidates() {
    return queries.stream().mapToInt(query -> query.candidates().size()).average().orElse(0);
  }

  /** Tries a strategy. */
  Result run(String spec) {
    return run(spec, Rerankers.REGISTRY.parse(spec), queries);
  }

  /** Tries a strategy where the embeddings of all texts were stored before. */
  Result runWithStoredEmbeddings(String spec) {
    return run(spec + ", stored embeddings", Rerankers.REGISTRY.parse(spec), withEmbeddings());
  }

  private List<RerankQuery> withEmbeddings() {
    List<String> texts = queries.stream().map(RerankQuery::query).toList();
    List<Embedding> asked = model.embedder().embed(texts, Role.QUERY);
    List<RerankQuery> embedded = new ArrayList<>();
    for (int i = 0; i < queries.size(); i++) {
      RerankQuery query = queries.get(i);
      List<String> passages = query.candidates().stream().map(Candidate::text).toList();
      List<Embedding> read = model.embedder().embed(passages, Role.PASSAGE);
      List<Candidate> candidates = new ArrayList<>();
      for (int j = 0; j < passages.size(); j++) {
        String id = query.candidates().get(j).passageId();
        candidates.add(new Candidate(id, passages.get(j), read.get(j).vector()));
      }
      embedded.add(
          new RerankQuery(query.queryId(), query.query(), asked.get(i).vector(), candidates));
    }
    return embedded;
  }

  private Result run(String name, Reranker strategy, List<RerankQuery> queries) {
    double readBefore = model.seconds();
    long start = System.nanoTime();
    List<Ranking> rankings = strategy.rerank(queries, context);
    double elapsed = (System.nanoTime() - start) / 1e9;
    double comparing = elapsed - (model.seconds() - readBefore);
    long tokens = 0;
    for (Ranking ranking : rankings) {
      for (RankedCandidate candidate : ranking.candidates()) {
        if (candidate.failed()) {
          throw new IllegalStateException(
              "%s: query %s, passage %s: %s"
                  .formatted(name, ranking.queryId(), candidate.passageId(), candidate.error()));
        }
        tokens += strategy.needs().isEmpty() ? 0 : candidate.tokens();
      }
    }
    double perQuery = (double) tokens / queries.size();
    return new Result(
        name,
        RankingEvaluation.of(run(name, rankings), collection.qrels(), METRICS).scores(),
        perQuery,
        comparing / queries.size() + perQuery * model.secondsPerToken(),
        candidates());
  }

  private static Run run(String name, List<Ranking> rankings) {
    Map<String, List<ScoredDocument>> documents = new TreeMap<>();
    for (Ranking ranking : rankings) {
      documents.put(
          ranking.queryId(),
          ranking.candidates().stream()
              .map(candidate -> new ScoredDocument(candidate.passageId(), candidate.score()))
              .collect(Collectors.toList()));
    }
    return new Run(name, documents);
  }
}
