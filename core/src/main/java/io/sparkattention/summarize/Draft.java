package io.sparkattention.summarize;

import io.sparkattention.text.Sentence;
import io.sparkattention.text.SentenceSplitter;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How far a summary has come: what was read, what was written, and which of it is to be read next.
 * It holds no text of the source.
 *
 * @param chunks of the source, in its order
 * @param steps all texts that were written, in the order in which they were
 * @param open the places of the steps that no other has read yet, in the order of the source
 */
public record Draft(List<SourceChunk> chunks, List<WrittenStep> steps, List<Integer> open)
    implements Serializable {

  public Draft {
    chunks = List.copyOf(chunks);
    steps = List.copyOf(steps);
    open = List.copyOf(open);
  }

  /** A draft of which nothing is written yet. */
  static Draft of(List<SourceChunk> chunks) {
    return new Draft(chunks, List.of(), List.of());
  }

  /** Whether nothing is written yet. */
  boolean isNew() {
    return steps.isEmpty();
  }

  /** The texts that no other has read yet. */
  List<String> openTexts() {
    return open.stream().map(step -> steps.get(step).text()).toList();
  }

  /** The step that came last. */
  WrittenStep last() {
    return steps.get(steps.size() - 1);
  }

  /** This draft with more steps, each in the place of those that it read. */
  public Draft with(List<WrittenStep> more) {
    List<WrittenStep> all = new ArrayList<>(steps);
    List<Integer> next = new ArrayList<>(open);
    for (WrittenStep step : more) {
      int place = step.steps().isEmpty() ? next.size() : next.indexOf(step.steps().get(0));
      next.removeAll(step.steps());
      next.add(place, all.size());
      all.add(step);
    }
    return new Draft(chunks, all, next);
  }

  /** The places of the chunks that a step stands for, through all steps below it. */
  public SortedSet<Integer> lineage(int step) {
    SortedSet<Integer> found = new TreeSet<>();
    boolean[] read = new boolean[step + 1];
    read[step] = true;
    for (int i = step; i >= 0; i--) { // a step reads earlier ones
      if (read[i]) {
        found.addAll(steps.get(i).chunks());
        steps.get(i).steps().forEach(below -> read[below] = true);
      }
    }
    return found;
  }

  private static Double lookback(WrittenStep step, Sentence sentence) {
    return step.watched() == null
        ? null
        : step.watched().lookback(sentence.start(), sentence.end());
  }

  /**
   * The summary that the last step is.
   *
   * @param prompts what the model was told, by name and version
   * @param splitter finds its sentences
   */
  public Summary summary(String prompts, SentenceSplitter splitter) {
    WrittenStep last = last();
    List<Integer> from = List.copyOf(lineage(steps.size() - 1));
    List<Written.Statement> statements =
        splitter.split(last.text()).stream()
            .map(each -> new Written.Statement(each.text(), from, lookback(last, each)))
            .toList();
    boolean truncated =
        chunks.stream().anyMatch(SourceChunk::truncated)
            || steps.stream().anyMatch(WrittenStep::truncated);
    return new Summary(
        last.text(),
        List.of(),
        steps.stream().mapToInt(WrittenStep::tokensIn).sum(),
        last.tokensOut(),
        chunks.size(),
        truncated,
        new Written(prompts, chunks, steps, statements));
  }
}
