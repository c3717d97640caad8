package io.sparkattention.summarize;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * A summarizer that has a model write, in one step or in many. A strategy says how a source is cut,
 * and which texts are to be written next; what was written, from what, and how likely it was held,
 * stays in the {@link Draft}. Who runs the steps is no matter: {@link #summarize} runs those of
 * many sources together, and a cluster may run those of one source on many machines.
 */
public interface AbstractiveSummarizer extends Summarizer {

  @Override
  default Set<ModelRole> needs() {
    return Set.of(ModelRole.GENERATOR);
  }

  /** Whether the texts of one round can be written on many machines at once. */
  enum Rounds {
    /** Many texts at first, fewer in every round: worth more than one machine. */
    WIDE,
    /** One text after the other. */
    NARROW
  }

  /** How many texts a round has. */
  Rounds rounds();

  /** What the model is asked to do. */
  List<WritingTask.Kind> kinds();

  /**
   * Checks that a model can be used.
   *
   * @throws IllegalArgumentException with the reason if it reads or writes too little
   */
  void requireFits(SummaryWriter writer, Budget budget);

  /**
   * Cuts a source into chunks.
   *
   * @param source every document has a sentence
   */
  Draft begin(Source source, Budget budget, SummarizeContext context);

  /**
   * The texts that can be written next; none if the last step is the summary.
   *
   * @param source may be null once something is written, unless rounds are narrow
   */
  List<WritingTask> next(Draft draft, Source source, Budget budget, SummaryWriter writer);

  /** The draft of a source; an error if it cannot be summarized. */
  default Outcome<Draft> draft(Source source, Budget budget, SummarizeContext context) {
    return Outcome.attempt(
        () -> {
          SourceSentences.requireSentences(source, context.splitter());
          return begin(source, budget, context);
        });
  }

  @Override
  default List<Outcome<Summary>> summarize(
      List<Source> sources, Budget budget, SummarizeContext context) {
    SummaryWriter writer = context.writer();
    requireFits(writer, budget);
    List<Outcome<Draft>> drafts = new ArrayList<>();
    for (Source source : sources) {
      drafts.add(draft(source, budget, context));
    }
    boolean open = true;
    while (open) {
      open = false;
      List<List<WritingTask>> rounds = new ArrayList<>();
      List<WritingTask> all = new ArrayList<>();
      for (int i = 0; i < sources.size(); i++) {
        Source source = sources.get(i);
        Outcome<List<WritingTask>> next =
            drafts.get(i).then(draft -> next(draft, source, budget, writer));
        if (next.failed()) {
          drafts.set(i, Outcome.failure(next.error()));
        }
        rounds.add(next.failed() ? List.of() : next.value());
        all.addAll(rounds.get(i));
      }
      Iterator<Outcome<WrittenStep>> written = writer.write(all).iterator();
      for (int i = 0; i < sources.size(); i++) {
        if (!rounds.get(i).isEmpty()) {
          List<Outcome<WrittenStep>> steps = new ArrayList<>();
          rounds.get(i).forEach(task -> steps.add(written.next()));
          drafts.set(i, advanced(drafts.get(i).value(), steps));
          open = true;
        }
      }
    }
    String prompts = writer.prompts(kinds());
    return drafts.stream()
        .map(draft -> draft.then(each -> each.summary(prompts, context.splitter())))
        .toList();
  }

  /** The draft with what was written; an error that tells every text that could not be. */
  static Outcome<Draft> advanced(Draft draft, List<Outcome<WrittenStep>> steps) {
    List<String> problems = new ArrayList<>();
    List<WrittenStep> written = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Outcome<WrittenStep> step = steps.get(i);
      if (step.failed()) {
        problems.add("text " + (draft.steps().size() + i) + ": " + step.error());
      } else {
        written.add(step.value());
      }
    }
    return problems.isEmpty()
        ? Outcome.of(draft.with(written))
        : Outcome.failure(String.join("; ", problems));
  }
}
