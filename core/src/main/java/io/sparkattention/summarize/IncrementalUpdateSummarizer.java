package io.sparkattention.summarize;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.List;

/**
 * A running summary that is updated chunk after chunk, and compressed where it has outgrown its
 * budget: the incremental updating of Chang et al. (BooookScore, arXiv:2310.00785). An update may
 * write twice the budget, or what the model reads at once where that is less, so that all of it is
 * compressed; a chunk leaves room for the running summary beside it.
 */
@Described(
    summary = "A running summary, updated chunk after chunk and compressed when it is too long",
    source = "BooookScore, arXiv:2310.00785")
public record IncrementalUpdateSummarizer(
    @Default(value = "0", means = "tokens of a chunk; 0 for as many as the model reads")
        int chunkTokens)
    implements AbstractiveSummarizer {

  public IncrementalUpdateSummarizer {
    ChunkBudget.requireOptions(chunkTokens, 0);
  }

  @Override
  public Rounds rounds() {
    return Rounds.NARROW;
  }

  @Override
  public List<WritingTask.Kind> kinds() {
    return List.of(WritingTask.Kind.SUMMARIZE, WritingTask.Kind.UPDATE);
  }

  @Override
  public void requireFits(SummaryWriter writer, Budget budget) {
    ChunkBudget.chunk(chunkTokens, room(writer, budget));
  }

  /** Tokens of a chunk that fit beside the running summary. */
  private static int room(SummaryWriter writer, Budget budget) {
    int summary = writer.newTokens(budget);
    int room =
        Math.min(
                writer.room(WritingTask.Kind.SUMMARIZE, 2 * summary),
                writer.room(WritingTask.Kind.UPDATE, 2 * summary))
            - summary
            - writer.count(writer.separator());
    if (room < 1) {
      throw new IllegalArgumentException(
          "a running summary of %d tokens leaves no room for text beside it: ask for a shorter one"
              .formatted(summary));
    }
    return room;
  }

  /** Tokens of an update: no more than are read when it is compressed. */
  private static int draft(SummaryWriter writer, int summary) {
    return Math.min(2 * summary, writer.room(WritingTask.Kind.SUMMARIZE, summary));
  }

  @Override
  public Draft begin(Source source, Budget budget, SummarizeContext context) {
    int chunk = ChunkBudget.chunk(chunkTokens, room(context.writer(), budget));
    return Draft.of(ChunkBudget.chunks(source, chunk, context));
  }

  @Override
  public List<WritingTask> next(Draft draft, Source source, Budget budget, SummaryWriter writer) {
    int summary = writer.newTokens(budget);
    int longer = draft(writer, summary);
    int read = (int) draft.steps().stream().filter(step -> !step.chunks().isEmpty()).count();
    if (draft.isNew()) {
      String text = draft.chunks().get(0).text(source);
      return List.of(
          new WritingTask(WritingTask.Kind.SUMMARIZE, 0, List.of(0), List.of(), text, "", longer));
    }
    WrittenStep last = draft.last();
    int level = last.level() + 1;
    List<Integer> running = List.of(draft.steps().size() - 1);
    boolean compressed = last.chunks().isEmpty();
    if (!compressed && last.tokensOut() > summary) {
      return List.of(
          new WritingTask(
              WritingTask.Kind.SUMMARIZE, level, List.of(), running, last.text(), "", summary));
    }
    if (read == draft.chunks().size()) {
      return List.of();
    }
    String text = draft.chunks().get(read).text(source);
    return List.of(
        new WritingTask(
            WritingTask.Kind.UPDATE, level, List.of(read), running, text, last.text(), longer));
  }
}
