package io.sparkattention.summarize;

import io.sparkattention.registry.Described;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.List;

/**
 * A summary that a model writes in one pass, as those of Lewis et al. (BART, arXiv:1910.13461) and
 * Zhang et al. (PEGASUS, arXiv:1912.08777) do. What is longer than the model reads is cut at its
 * end, which the chunks tell; of a group, the documents stand one after the other.
 */
@Described(
    summary = "What a model writes in one pass over as much of the text as it reads",
    source = "BART, arXiv:1910.13461; PEGASUS, arXiv:1912.08777")
public record Seq2SeqSummarizer() implements AbstractiveSummarizer {

  @Override
  public Rounds rounds() {
    return Rounds.NARROW;
  }

  @Override
  public List<WritingTask.Kind> kinds() {
    return List.of(WritingTask.Kind.SUMMARIZE);
  }

  @Override
  public void requireFits(SummaryWriter writer, Budget budget) {
    writer.room(WritingTask.Kind.SUMMARIZE, writer.newTokens(budget));
  }

  @Override
  public Draft begin(Source source, Budget budget, SummarizeContext context) {
    SummaryWriter writer = context.writer();
    int left = writer.room(WritingTask.Kind.SUMMARIZE, writer.newTokens(budget));
    List<SourceChunk> chunks = new ArrayList<>();
    for (int d = 0; d < source.texts().size(); d++) {
      String text = source.texts().get(d);
      int length = text.codePointCount(0, text.length());
      Tokens tokens = writer.encodeContent(text);
      boolean whole = tokens.length() <= left;
      int kept = whole ? tokens.length() : Math.max(0, left);
      int end = whole ? length : kept == 0 ? 0 : tokens.ends()[kept - 1];
      chunks.add(new SourceChunk(d, 0, end, kept, !whole));
      left -= kept + (d + 1 < source.texts().size() ? writer.count(writer.separator()) : 0);
    }
    return Draft.of(chunks);
  }

  @Override
  public List<WritingTask> next(Draft draft, Source source, Budget budget, SummaryWriter writer) {
    if (!draft.isNew()) {
      return List.of();
    }
    List<Integer> read = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < draft.chunks().size(); i++) {
      if (draft.chunks().get(i).end() > 0) {
        read.add(i);
        texts.add(draft.chunks().get(i).text(source));
      }
    }
    String text = String.join(writer.separator(), texts);
    return List.of(
        new WritingTask(
            WritingTask.Kind.SUMMARIZE, 0, read, List.of(), text, "", writer.newTokens(budget)));
  }
}
