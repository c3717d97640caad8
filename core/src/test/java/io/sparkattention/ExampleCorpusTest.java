package io.sparkattention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The committed corpus keeps what its README promises. */
class ExampleCorpusTest {
  private static final Path CORPUS = Path.of("..", "examples", "corpus");

  @Test
  void speechesAreLongShortAndUnique() throws IOException {
    List<JsonNode> speeches =
        rows("speeches.jsonl", "id", "year", "name", "party", "title", "text");
    assertThat(column(speeches, "id")).hasSize(24).doesNotHaveDuplicates();
    List<Integer> words =
        column(speeches, "text").stream().map(text -> text.split("\\s+").length).toList();
    assertThat(words).anyMatch(n -> n < 1_500).anyMatch(n -> n > 20_000);
    assertThat(words.stream().filter(n -> n >= 5_000 && n <= 10_000).count()).isGreaterThan(5);
  }

  @Test
  void passagesAreUniqueAndShort() throws IOException {
    List<JsonNode> passages = rows("passages.jsonl", "passage_id", "title", "text");
    assertThat(column(passages, "passage_id")).doesNotHaveDuplicates();
    assertThat(column(passages, "text"))
        .doesNotHaveDuplicates()
        .allMatch(text -> text.split(" ").length <= 180);
  }

  @Test
  void candidatesAndJudgementsNameWhatExists() throws IOException {
    Set<String> queries =
        Set.copyOf(column(rows("queries.jsonl", "query_id", "query"), "query_id"));
    Set<String> passages =
        Set.copyOf(column(rows("passages.jsonl", "passage_id", "title", "text"), "passage_id"));
    List<JsonNode> candidates = rows("candidates.jsonl", "query_id", "passage_id");
    List<JsonNode> judgements = rows("qrels.jsonl", "query_id", "passage_id", "relevance");

    Set<List<String>> pairs = new HashSet<>(pairs(candidates));
    assertThat(pairs).hasSameSizeAs(candidates).containsAll(pairs(judgements));
    assertThat(pairs).allMatch(p -> queries.contains(p.get(0)) && passages.contains(p.get(1)));
    Set<String> answered =
        judgements.stream()
            .filter(row -> row.get("relevance").asInt() == 2)
            .map(row -> row.get("query_id").asText())
            .collect(Collectors.toSet());
    assertThat(answered).isEqualTo(queries);
  }

  @Test
  void noPassageQuotesAQuestionItAnswers() throws IOException {
    Map<String, String> texts = new HashMap<>();
    rows("passages.jsonl", "passage_id", "title", "text")
        .forEach(row -> texts.put(row.get("passage_id").asText(), row.get("text").asText()));
    Map<String, String> questions = new HashMap<>();
    rows("queries.jsonl", "query_id", "query")
        .forEach(row -> questions.put(row.get("query_id").asText(), row.get("query").asText()));
    for (List<String> pair : pairs(rows("qrels.jsonl", "query_id", "passage_id", "relevance"))) {
      assertThat(texts.get(pair.get(1)))
          .as("%s for %s", pair.get(1), pair.get(0))
          .doesNotContain(questions.get(pair.get(0)));
    }
  }

  private static List<JsonNode> rows(String file, String... columns) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(CORPUS.resolve(file))) {
      JsonNode row = json.readTree(line);
      assertThat(row.fieldNames())
          .as("%s, line %d", file, rows.size() + 1)
          .toIterable()
          .containsExactly(columns);
      rows.add(row);
    }
    return rows;
  }

  private static List<String> column(List<JsonNode> rows, String name) {
    return rows.stream().map(row -> row.get(name).asText()).toList();
  }

  private static List<List<String>> pairs(List<JsonNode> rows) {
    return rows.stream()
        .map(row -> List.of(row.get("query_id").asText(), row.get("passage_id").asText()))
        .toList();
  }
}
