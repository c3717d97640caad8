package io.sparkattention.summarize;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.ArrayList;
import java.util.List;

/**
 * Summaries of the chunks of a source, then summaries of neighbouring summaries, until one is left:
 * the recursion of Wu et al. (arXiv:2109.10862) and the hierarchical merging of Chang et al.
 * (BooookScore, arXiv:2310.00785). A chunk ends with a sentence; as many summaries are merged as
 * the model reads at a time. Chunks and merges are those of the source alone, wherever and beside
 * whatever they run.
 */
@Described(
    summary = "Summaries of chunks, merged level by level until one is left",
    source = "arXiv:2109.10862 and BooookScore, arXiv:2310.00785")
public record HierarchicalMergeSummarizer(
    @Default(value = "0", means = "tokens of a chunk; 0 for as many as the model reads")
        int chunkTokens,
    @Default(value = "0", means = "tokens of a summary below the last; 0 for as many as of that")
        int summaryTokens)
    implements AbstractiveSummarizer {

  public HierarchicalMergeSummarizer {
    ChunkBudget.requireOptions(chunkTokens, summaryTokens);
  }

  @Override
  public Rounds rounds() {
    return Rounds.WIDE;
  }

  @Override
  public List<WritingTask.Kind> kinds() {
    return List.of(WritingTask.Kind.SUMMARIZE, WritingTask.Kind.MERGE);
  }

  @Override
  public void requireFits(SummaryWriter writer, Budget budget) {
    ChunkBudget.chunk(chunkTokens, chunkRoom(writer, budget));
    writer.requireLength(below(writer, budget));
    int room = mergeRoom(writer, budget);
    int pair = 2 * below(writer, budget) + writer.count(writer.separator());
    if (pair > room) {
      throw new IllegalArgumentException(
          "two summaries of %d tokens do not fit into the %d that the model reads of them: ask for"
                  .formatted(below(writer, budget), room)
              + " shorter ones by summary-tokens");
    }
  }

  private int below(SummaryWriter writer, Budget budget) {
    return summaryTokens > 0 ? summaryTokens : writer.newTokens(budget);
  }

  private int most(SummaryWriter writer, Budget budget) {
    return Math.max(below(writer, budget), writer.newTokens(budget));
  }

  private int chunkRoom(SummaryWriter writer, Budget budget) {
    return writer.room(WritingTask.Kind.SUMMARIZE, most(writer, budget));
  }

  private int mergeRoom(SummaryWriter writer, Budget budget) {
    return writer.room(WritingTask.Kind.MERGE, most(writer, budget));
  }

  @Override
  public Draft begin(Source source, Budget budget, SummarizeContext context) {
    SummaryWriter writer = context.writer();
    int chunk = ChunkBudget.chunk(chunkTokens, chunkRoom(writer, budget));
    return Draft.of(ChunkBudget.chunks(source, chunk, context));
  }

  @Override
  public List<WritingTask> next(Draft draft, Source source, Budget budget, SummaryWriter writer) {
    if (draft.isNew()) {
      return summaries(draft, source, budget, writer);
    }
    return draft.open().size() == 1 ? List.of() : merges(draft, budget, writer);
  }

  private List<WritingTask> summaries(
      Draft draft, Source source, Budget budget, SummaryWriter writer) {
    int count = draft.chunks().size();
    int newTokens = count == 1 ? writer.newTokens(budget) : below(writer, budget);
    List<WritingTask> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = draft.chunks().get(i).text(source);
      tasks.add(
          new WritingTask(
              WritingTask.Kind.SUMMARIZE, 0, List.of(i), List.of(), text, "", newTokens));
    }
    return tasks;
  }

  private List<WritingTask> merges(Draft draft, Budget budget, SummaryWriter writer) {
    List<List<Integer>> groups = groups(draft, mergeRoom(writer, budget), writer);
    int newTokens = groups.size() == 1 ? writer.newTokens(budget) : below(writer, budget);
    List<WritingTask> tasks = new ArrayList<>();
    for (List<Integer> group : groups) {
      if (group.size() > 1) { // one that is left over waits for the next level
        List<WrittenStep> read = group.stream().map(step -> draft.steps().get(step)).toList();
        int level = 1 + read.stream().mapToInt(WrittenStep::level).max().orElse(0);
        String text =
            String.join(writer.separator(), read.stream().map(WrittenStep::text).toList());
        tasks.add(
            new WritingTask(WritingTask.Kind.MERGE, level, List.of(), group, text, "", newTokens));
      }
    }
    return tasks;
  }

  /** Neighbouring steps whose texts fit together, at least two where there are as many. */
  private static List<List<Integer>> groups(Draft draft, int room, SummaryWriter writer) {
    int separator = writer.count(writer.separator());
    List<List<Integer>> groups = new ArrayList<>();
    List<Integer> group = new ArrayList<>();
    int tokens = 0;
    for (int step : draft.open()) {
      int more = writer.count(draft.steps().get(step).text()) + separator;
      if (group.size() > 1 && tokens + more > room + separator) {
        groups.add(List.copyOf(group));
        group.clear();
        tokens = 0;
      }
      group.add(step);
      tokens += more;
    }
    groups.add(List.copyOf(group));
    return groups;
  }
}
