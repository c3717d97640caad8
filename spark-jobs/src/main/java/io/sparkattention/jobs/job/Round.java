package io.sparkattention.jobs.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.summarize.AbstractiveSummarizer;
import io.sparkattention.summarize.Draft;
import io.sparkattention.summarize.Source;
import io.sparkattention.summarize.SummaryWriter;
import io.sparkattention.summarize.WritingTask;
import io.sparkattention.udfs.work.SummarizeWork;
import java.util.List;

/**
 * How far the summary of a source has come after a round, and what the next one has to write.
 *
 * @param prompts what the model is told, by name and version
 * @param tasks none if the summary is complete
 */
record Round(Draft draft, String prompts, List<WritingTask> tasks) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The round that follows from a draft.
   *
   * @param source null where something is written already
   */
  static Round of(Draft draft, Source source, SummarizeWork work, SummaryWriter writer) {
    AbstractiveSummarizer strategy = (AbstractiveSummarizer) work.summarizer();
    return new Round(
        draft,
        writer.prompts(strategy.kinds()),
        strategy.next(draft, source, work.budget(), writer));
  }

  /** The tasks as texts that {@link #task} reads. */
  String[] taskTexts() {
    return tasks.stream().map(Round::json).toArray(String[]::new);
  }

  /** The draft and the prompts, without tasks, as a text that {@link #read} reads. */
  String text() {
    return json(new Round(draft, prompts, List.of()));
  }

  static Round read(String text) {
    return parsed(text, Round.class);
  }

  static WritingTask task(String text) {
    return parsed(text, WritingTask.class);
  }

  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static <T> T parsed(String text, Class<T> type) {
    try {
      return JSON.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
