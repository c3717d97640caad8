package io.sparkattention.rerank;

import io.sparkattention.generate.Generated;
import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.prompt.Prompt;
import io.sparkattention.prompt.Prompts;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The order that a model writes when it is shown several passages at once (RankGPT: Sun et al.,
 * 2023, arXiv:2304.09542). A window slides from the last candidate to the first, and each time the
 * model orders what it sees, so that a good passage climbs from window to window; with a window as
 * wide as there are candidates, it orders all in one pass.
 *
 * <p><b>First order.</b> Candidates start in the order of the stage before: {@code
 * cascade:stages=[bm25,listwise],keep=100}. Alone, they start in the order of an earlier ranking,
 * and those without one behind them in the order of their ids.
 *
 * <p><b>Answers.</b> The model writes its best next tokens: nothing is drawn. Of its answer the
 * numbers in brackets count; those that come again or name no passage are dropped, and passages
 * that it does not name follow in their order before. Each number dropped or added is a repair,
 * which a column counts. An answer without numbers leaves the window as it was, with as many
 * repairs as it has passages.
 *
 * <p>The score of a candidate is how many it stands before, itself included. Its tokens are those
 * of its passage, once for each window that it stood in, and tokens out are those that were written
 * in these windows; finish reason and mean log-probability are those of the last of them.
 */
@Described(
    summary = "The order that a model writes when it is shown a sliding window of passages",
    source = "RankGPT, arXiv:2304.09542")
public record ListwiseReranker(
    @Default(
            value = "listwise/v1",
            means = "the prompt and its version; it fills {query}, {passages}, {count}")
        String prompt,
    @Default(value = "20", means = "how many passages the model orders at a time") int window,
    @Default(value = "10", means = "by how many places the window moves to the front") int step,
    @Default(value = "300", means = "the most tokens of a passage") int passageTokens)
    implements Reranker {

  /** Checks the prompt and the numbers. */
  public ListwiseReranker {
    OptionCheck check =
        new OptionCheck()
            .atLeast(2, "window", window)
            .atLeast(1, "step", step)
            .atLeast(1, "passage-tokens", passageTokens);
    if (step >= window) {
      check.problem(
          "step=%d must be less than window=%d: a passage climbs by the places that windows share"
              .formatted(step, window));
    }
    try {
      Prompts.load(prompt)
          .requirePlaceholders("query", "passages", "count")
          .requirePart("passage", "number", "passage");
    } catch (IllegalArgumentException e) {
      check.problem(e.getMessage());
    }
    check.done();
  }

  @Override
  public Set<ModelRole> needs() {
    return Set.of(ModelRole.GENERATOR);
  }

  @Override
  public List<String> prompts() {
    return List.of(prompt);
  }

  @Override
  public boolean comparesCandidates() {
    return true;
  }

  @Override
  public void require(RerankContext context) {
    InstructedModel model = context.instructed();
    ListwisePrompt text = text(model);
    RerankQuery.Candidate passage = new RerankQuery.Candidate("", "a");
    List<RerankQuery.Candidate> two = List.of(passage, passage);
    text.write("a", two, model.promptTokens(text.answerTokens(two.size())));
  }

  private ListwisePrompt text(InstructedModel model) {
    Prompt loaded = Prompts.load(prompt);
    return new ListwisePrompt(loaded, model.writer(), passageTokens);
  }

  @Override
  public List<List<Outcome<Relevance>>> score(List<RerankQuery> queries, RerankContext context) {
    InstructedModel model = context.instructed();
    ListwisePrompt text = text(model);
    List<ListwiseRun> runs =
        queries.stream().map(query -> new ListwiseRun(query, text, window, step)).toList();
    while (runs.stream().anyMatch(ListwiseRun::waits)) {
      askOnce(runs, text, model);
    }
    return runs.stream().map(ListwiseRun::outcomes).toList();
  }

  /**
   * Asks for the next window of every query that has one. Windows of a size are written together:
   * so an answer has the same room whatever other queries there are.
   */
  private static void askOnce(List<ListwiseRun> runs, ListwisePrompt text, InstructedModel model) {
    Map<Integer, List<ListwiseRun>> bySize = new TreeMap<>();
    for (ListwiseRun run : runs) {
      if (run.waits()) {
        bySize.computeIfAbsent(run.passages(), size -> new ArrayList<>()).add(run);
      }
    }
    bySize.forEach(
        (size, waiting) -> {
          int newTokens = text.answerTokens(size);
          List<ListwiseRun> asking = new ArrayList<>();
          List<int[]> prompts = new ArrayList<>();
          for (ListwiseRun run : waiting) {
            Outcome<int[]> ids = run.prompt(model, newTokens);
            if (!ids.failed()) {
              asking.add(run);
              prompts.add(ids.value());
            }
          }
          List<Outcome<Generated>> written = model.write(prompts, newTokens);
          for (int i = 0; i < asking.size(); i++) {
            asking.get(i).take(written.get(i));
          }
        });
  }
}
