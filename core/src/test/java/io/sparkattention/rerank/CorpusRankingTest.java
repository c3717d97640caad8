package io.sparkattention.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.rerank.RerankQuery.Candidate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** BM25 finds the answers of the example corpus. */
class CorpusRankingTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void answersStandHigh() throws IOException {
    Map<String, String> passages = new LinkedHashMap<>();
    for (JsonNode row : rows("passages.jsonl")) {
      passages.put(row.get("passage_id").asText(), row.get("text").asText());
    }
    Map<String, List<Candidate>> candidates = new LinkedHashMap<>();
    for (JsonNode row : rows("candidates.jsonl")) {
      String id = row.get("passage_id").asText();
      candidates
          .computeIfAbsent(row.get("query_id").asText(), query -> new ArrayList<>())
          .add(new Candidate(id, passages.get(id)));
    }
    Set<List<String>> answers = new HashSet<>();
    for (JsonNode row : rows("qrels.jsonl")) {
      if (row.get("relevance").asInt() == 2) {
        answers.add(List.of(row.get("query_id").asText(), row.get("passage_id").asText()));
      }
    }
    List<RerankQuery> queries = new ArrayList<>();
    for (JsonNode row : rows("queries.jsonl")) {
      String id = row.get("query_id").asText();
      queries.add(new RerankQuery(id, row.get("query").asText(), candidates.get(id)));
    }
    Reranker bm25 = Rerankers.REGISTRY.parse("bm25");
    TermAnalysis analysis = TermAnalysis.ENGLISH;
    Set<String> terms = new TreeSet<>();
    queries.forEach(query -> terms.addAll(analysis.terms(query.query())));
    CorpusStatistics statistics = analysis.count(passages.values().iterator(), terms);
    assertThat(statistics.documents()).isEqualTo(passages.size());

    double sum = 0;
    for (Ranking ranking : bm25.rerank(queries, RerankContext.empty().with(analysis, statistics))) {
      assertThat(ranking.candidates()).noneMatch(RankedCandidate::failed);
      sum +=
          ranking.candidates().stream()
              .filter(c -> answers.contains(List.of(ranking.queryId(), c.passageId())))
              .mapToDouble(c -> 1.0 / c.rank())
              .max()
              .orElse(0);
    }
    assertThat(sum / queries.size()).as("mean reciprocal rank").isGreaterThan(0.55);
  }

  private static List<JsonNode> rows(String file) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("..", "examples", "corpus", file))) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }
}
