package io.sparkattention.rerank;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.prompt.FittedPrompt;
import io.sparkattention.prompt.Prompt;
import io.sparkattention.prompt.Prompts;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How likely a model answers yes rather than no when it is asked whether a passage answers the
 * query: after one forward pass, from the logits of the next token (monoT5: Nogueira et al., 2020,
 * arXiv:2003.06713; the same with decoders: Liang et al., 2022, arXiv:2211.09110). A decoder is
 * asked for the token after the prompt, an encoder-decoder for its first one.
 *
 * <p>The score is log p(yes) - log p(no), or p(yes) / (p(yes) + p(no)); several spellings add up. A
 * prompt that is longer than the model reads loses the end of its passage, never the instruction or
 * the query. monoT5 itself is {@code yes-no:prompt=mono-t5/v1,yes=true,no=false}.
 */
@Described(
    summary = "How likely a model answers yes rather than no, from the logits of the next token",
    source = "monoT5, arXiv:2003.06713; HELM, arXiv:2211.09110")
public record YesNoReranker(
    @Default(value = "yes-no/v1", means = "the prompt and its version; it fills {query}, {passage}")
        String prompt,
    @Default(value = "[yes,Yes]", means = "words that mean yes, each a single token")
        List<String> yes,
    @Default(value = "[no,No]", means = "words that mean no, each a single token") List<String> no,
    @Default(value = "log-odds", means = "log-odds, or probability: from 0 to 1") Score score,
    @Default(value = "0", means = "the most tokens of a passage; 0 for as many as the model reads")
        int passageTokens)
    implements Reranker {

  /** What a score tells. */
  public enum Score {
    /** log p(yes) - log p(no): any number. */
    LOG_ODDS {
      @Override
      double of(double logOdds) {
        return logOdds;
      }
    },
    /** p(yes) / (p(yes) + p(no)): from 0 to 1; very sure answers tie. */
    PROBABILITY {
      @Override
      double of(double logOdds) {
        return 1 / (1 + Math.exp(-logOdds));
      }
    };

    abstract double of(double logOdds);
  }

  /** Checks the prompt, the words and the number. */
  public YesNoReranker {
    yes = List.copyOf(yes);
    no = List.copyOf(no);
    OptionCheck check = new OptionCheck().atLeast(0, "passage-tokens", passageTokens);
    try {
      Prompts.load(prompt).requirePlaceholders("query", "passage");
    } catch (IllegalArgumentException e) {
      check.problem(e.getMessage());
    }
    if (yes.isEmpty() || no.isEmpty()) {
      check.problem("yes=%s, no=%s: name at least one word each".formatted(yes, no));
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
  public void require(RerankContext context) {
    InstructedModel model = context.instructed();
    AnswerTokens.find(yes, no, model.writer().tokenizer());
    Prompt loaded = Prompts.load(prompt);
    model.writer().fit(loaded, Map.of("query", "a", "passage", "a"), "passage", room(model));
  }

  private static int room(InstructedModel model) {
    return model.promptTokens(1);
  }

  @Override
  public List<List<Outcome<Relevance>>> score(List<RerankQuery> queries, RerankContext context) {
    InstructedModel model = context.instructed();
    AnswerTokens answers = AnswerTokens.find(yes, no, model.writer().tokenizer());
    List<Outcome<FittedPrompt>> prompts = prompts(queries, model);
    List<int[]> ids =
        prompts.stream().filter(each -> !each.failed()).map(each -> each.value().ids()).toList();
    Iterator<Outcome<double[]>> told = model.next(ids, answers.all()).iterator();
    Iterator<Outcome<Relevance>> all =
        prompts.stream()
            .map(
                each ->
                    each.failed()
                        ? Outcome.<Relevance>failure(each.error())
                        : told.next().then(logs -> relevance(each.value(), logs, answers)))
            .toList()
            .iterator();
    return queries.stream()
        .map(query -> query.candidates().stream().map(candidate -> all.next()).toList())
        .toList();
  }

  /** One prompt per candidate, those of the first query first. */
  private List<Outcome<FittedPrompt>> prompts(List<RerankQuery> queries, InstructedModel model) {
    Prompt loaded = Prompts.load(prompt);
    int room = room(model);
    List<Outcome<FittedPrompt>> prompts = new ArrayList<>();
    for (RerankQuery query : queries) {
      for (RerankQuery.Candidate candidate : query.candidates()) {
        Map<String, String> values = Map.of("query", query.query(), "passage", candidate.text());
        int most = passageTokens == 0 ? Integer.MAX_VALUE : passageTokens;
        prompts.add(
            Outcome.attempt(() -> model.writer().fit(loaded, values, "passage", most, room)));
      }
    }
    return prompts;
  }

  private Relevance relevance(FittedPrompt read, double[] logs, AnswerTokens answers) {
    double logYes = answers.logYes(logs);
    double logNo = answers.logNo(logs);
    Answer answer = new Answer(null, null, AnswerTokens.logSum(logYes, logNo), null);
    double said = score.of(logYes - logNo);
    return new Relevance(said, read.ids().length, 1, read.truncated(), answer);
  }
}
