package io.sparkattention.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.OneThread;
import io.sparkattention.generate.Generated;
import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.EditableCheckpoint;
import io.sparkattention.model.Inference;
import io.sparkattention.model.InferenceListener;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import io.sparkattention.prompt.PromptWriter;
import io.sparkattention.prompt.Prompts;
import io.sparkattention.rerank.RerankQuery.Candidate;
import io.sparkattention.text.TokenBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Strategies that tell a model what to do, with tiny checkpoints: see golden_yes_no.py. */
@ExtendWith(OneThread.class)
class InstructedRerankersTest {

  private static final Path RESOURCES = Path.of("src/test/resources");

  private static ExecutorService pool;

  @BeforeAll
  static void open() {
    pool = Executors.newSingleThreadExecutor();
  }

  @AfterAll
  static void close() {
    pool.shutdown();
  }

  private static TextGenerator load(String name, int maxTokens) {
    Path directory = RESOURCES.resolve("golden-generation").resolve(name);
    ModelSpec spec = ModelSpec.of(directory.toString()).withMaxTokens(maxTokens);
    return TextGenerator.load(directory, spec, Inference.on(pool));
  }

  @Test
  void howACheckpointSearchesForItsUsualTextsIsNotHowItAnswers(@TempDir Path directory) {
    EditableCheckpoint.copy(RESOURCES.resolve("golden-generation/llama"), directory)
        .edit(
            "generation_config.json",
            config ->
                config
                    .put("num_beams", 4)
                    .put("num_beam_groups", 2)
                    .put("diversity_penalty", 0.5)
                    .put("no_repeat_ngram_size", 2));
    List<int[]> prompts = List.of(new int[] {0, 7, 9});
    try (TextGenerator plain = load("llama", 0);
        TextGenerator searching =
            TextGenerator.load(directory, ModelSpec.of(directory.toString()), Inference.on(pool))) {
      assertThat(InstructedModel.of(searching).write(prompts, 8).get(0).value())
          .usingRecursiveComparison()
          .isEqualTo(InstructedModel.of(plain).write(prompts, 8).get(0).value());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2-sliding", "t5"})
  void yesAgainstNoIsWhatTransformersSays(String name) throws IOException {
    Path golden = RESOURCES.resolve("golden/yes-no").resolve(name + ".expected.json");
    JsonNode expected = new ObjectMapper().readTree(golden.toFile());
    Reranker reranker = Rerankers.REGISTRY.parse("yes-no:prompt=mono-t5/v1,yes=the,no=of");
    try (TextGenerator generator = load(name, 0)) {
      AnswerTokens answers =
          AnswerTokens.find(List.of("the"), List.of("of"), generator.tokenizer());
      assertThat(answers.yes()).containsExactly(ints(expected.path("yes")));
      assertThat(answers.no()).containsExactly(ints(expected.path("no")));
      PromptWriter writer = InstructedModel.of(generator).writer();
      List<RerankQuery> queries = new ArrayList<>();
      for (JsonNode pair : expected.path("pairs")) {
        String query = pair.path("query").asText();
        String passage = pair.path("passage").asText();
        assertThat(
                writer.tokens(
                    Prompts.load("mono-t5/v1"), Map.of("query", query, "passage", passage)))
            .containsExactly(ints(pair.path("prompt")));
        List<Candidate> candidates = List.of(new Candidate("p", passage));
        queries.add(new RerankQuery("q" + queries.size(), query, candidates));
      }
      RerankContext context = RerankContext.empty().with(generator);
      List<Ranking> together = reranker.rerank(queries, context);
      for (int i = 0; i < queries.size(); i++) {
        JsonNode pair = expected.path("pairs").path(i);
        Ranking alone = reranker.rerank(List.of(queries.get(i)), context).get(0);
        for (Ranking ranking : List.of(together.get(i), alone)) {
          RankedCandidate ranked = ranking.candidates().get(0);
          assertThat(ranked.error()).isNull();
          assertThat(ranked.score()).isCloseTo(pair.path("logOdds").asDouble(), within(3e-4));
          assertThat(ranked.answer().meanLogProbability())
              .isCloseTo(pair.path("said").asDouble(), within(3e-4));
          assertThat(ranked.tokens()).isEqualTo(pair.path("prompt").size());
        }
      }
    }
  }

  /** The line of a passage is known again wherever it stands, and every ranking stays as it was. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"listwise:prompt=listwise/v2,window=4,step=2|2", "yes-no:yes=the,no=of|1"})
  void passagesThatSeveralPromptsHoldAreReadOnce(String strategy, int last) {
    List<RerankQuery> queries = new ArrayList<>();
    for (int q = 0; q < 3; q++) {
      List<Candidate> candidates = new ArrayList<>();
      for (int p = 0; p < 6; p++) {
        candidates.add(new Candidate("p" + p, ("the box of query " + (p + q) % 7 + " ").repeat(9)));
      }
      queries.add(new RerankQuery("q" + q, "where is " + q, candidates));
    }
    AtomicLong read = new AtomicLong();
    AtomicLong spared = new AtomicLong();
    InferenceListener counting =
        new InferenceListener() {
          @Override
          public void read(TokenBatch batch) {
            read.addAndGet(batch.tokens());
          }

          @Override
          public void spared(long tokens) {
            spared.addAndGet(tokens);
          }
        };
    List<List<Ranking>> rankings = new ArrayList<>();
    for (String keep : List.of("0", "64")) {
      ModelSpec spec =
          ModelSpec.of("llama")
              .withMaxTokens(2000)
              .withAttention("block-diagonal:cut=lines,last=%d,keep=%s".formatted(last, keep));
      Path directory = RESOURCES.resolve("golden-generation/llama");
      try (TextGenerator generator =
          TextGenerator.load(directory, spec, new Inference(pool, counting, Optional.empty()))) {
        Reranker reranker = Rerankers.REGISTRY.parse(strategy);
        rankings.add(reranker.rerank(queries, RerankContext.empty().with(generator)));
      }
      if (keep.equals("0")) {
        assertThat(spared.get()).isZero();
      }
    }
    assertThat(spared.get()).isBetween(read.get() / 6, read.get() / 2); // of two readings
    for (int q = 0; q < queries.size(); q++) {
      List<RankedCandidate> plain = rankings.get(0).get(q).candidates();
      List<RankedCandidate> known = rankings.get(1).get(q).candidates();
      for (int p = 0; p < plain.size(); p++) {
        assertThat(plain.get(p).error()).isNull();
        assertThat(known.get(p).passageId()).isEqualTo(plain.get(p).passageId());
        assertThat(known.get(p).score()).isCloseTo(plain.get(p).score(), within(3e-4));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "t5"})
  void windowsTogetherAreWhatTheyAreOneAtATime(String name) {
    List<RerankQuery> queries = new ArrayList<>();
    for (int q = 0; q < 4; q++) {
      List<Candidate> candidates = new ArrayList<>();
      for (int p = 0; p < 5 + q; p++) {
        candidates.add(new Candidate("p" + p, "box " + "of a query ".repeat((3 * p + q) % 5) + p));
      }
      queries.add(new RerankQuery("q" + q, "where is " + q, candidates));
    }
    ListwiseReranker reranker = new ListwiseReranker("listwise/v1", 3, 2, 40);
    try (TextGenerator generator = load(name, 2000)) {
      InstructedModel model = speaking(InstructedModel.of(generator));
      List<Ranking> together = reranker.rerank(queries, RerankContext.empty().with(model));
      for (int q = 0; q < queries.size(); q++) {
        assertThat(together.get(q).candidates().stream().map(RankedCandidate::passageId))
            .as("query %d", q)
            .containsExactlyElementsOf(naive(queries.get(q), model));
        assertThat(together.get(q).candidates()).allMatch(each -> each.answer().repairs() >= 0);
      }
      assertThat(together)
          .as("the model does move something")
          .anyMatch(
              ranking ->
                  !ranking.candidates().stream()
                      .map(RankedCandidate::passageId)
                      .sorted()
                      .toList()
                      .equals(
                          ranking.candidates().stream().map(RankedCandidate::passageId).toList()));
    }
  }

  /** One window after the other, as the paper has it. */
  private static List<String> naive(RerankQuery query, InstructedModel model) {
    List<Candidate> order = new ArrayList<>(query.candidates());
    int end = order.size();
    while (end > 0) {
      int start = Math.max(0, end - 3);
      List<Candidate> window = new ArrayList<>(order.subList(start, end));
      String lines = "";
      for (int i = 0; i < window.size(); i++) {
        String line = "[" + (i + 1) + "] " + model.writer().cut(window.get(i).text(), 40).text();
        lines += (i == 0 ? "" : "\n") + line;
      }
      int[] ids =
          model
              .writer()
              .tokens(
                  Prompts.load("listwise/v1"),
                  Map.of("query", query.query(), "passages", lines, "count", "" + window.size()));
      String identity = window.size() == 2 ? "[2] > [1]" : "[3] > [2] > [1]";
      int newTokens = model.writer().tokenizer().encodeContent(identity).length() + 8;
      String answer = model.write(List.of(ids), newTokens).get(0).value().text();
      List<Integer> places = Permutation.parse(answer, window.size()).order();
      for (int i = 0; i < window.size(); i++) {
        order.set(start + i, window.get(places.get(i)));
      }
      end = start == 0 ? 0 : end - 2;
    }
    return order.stream().map(Candidate::passageId).toList();
  }

  /** Random weights write no numbers: their tokens stand for some. */
  private static InstructedModel speaking(InstructedModel model) {
    return new InstructedModel() {
      @Override
      public PromptWriter writer() {
        return model.writer();
      }

      @Override
      public int promptTokens(int newTokens) {
        return model.promptTokens(newTokens);
      }

      @Override
      public List<Outcome<Generated>> write(List<int[]> prompts, int newTokens) {
        return model.write(prompts, newTokens).stream()
            .map(outcome -> outcome.then(made -> numbers(made)))
            .toList();
      }

      @Override
      public List<Outcome<double[]>> next(List<int[]> prompts, int[] asked) {
        return model.next(prompts, asked);
      }
    };
  }

  private static Generated numbers(Generated made) {
    int[] tokens = made.tokens();
    String text =
        IntStream.range(0, tokens.length)
            .mapToObj(i -> "[" + (1 + (tokens[i] + i + made.promptTokens()) % 3) + "]")
            .collect(Collectors.joining(" > "));
    return new Generated(
        text,
        made.tokens(),
        made.promptTokens(),
        made.truncated(),
        made.reason(),
        made.meanLogProbability());
  }

  private static int[] ints(JsonNode array) {
    int[] ints = new int[array.size()];
    Arrays.setAll(ints, i -> array.path(i).asInt());
    return ints;
  }
}
