package io.sparkattention.udfs.work;

import static io.sparkattention.udfs.work.Columns.column;

import io.sparkattention.generate.FinishReason;
import io.sparkattention.summarize.SourceChunk;
import io.sparkattention.summarize.Summary;
import io.sparkattention.summarize.SummarySentence;
import io.sparkattention.summarize.Written;
import io.sparkattention.summarize.WrittenStep;
import io.sparkattention.udfs.work.Provenance.Trace;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Summaries as columns of a table. */
public final class SummaryColumns {

  private static final List<StructField> SENTENCE =
      List.of(
          column("index", DataTypes.IntegerType, "place among the document's sentences, from 0"),
          column("start", DataTypes.IntegerType, "first code point in the document, from 0"),
          column("end", DataTypes.IntegerType, "the code point after the last"),
          column("score", DataTypes.DoubleType, "what it was chosen for; higher is better"),
          column("text", DataTypes.StringType, "the sentence, verbatim"));

  private static final ArrayType PLACES = DataTypes.createArrayType(DataTypes.IntegerType);

  private static final List<StructField> CHUNK =
      List.of(
          column("start", DataTypes.IntegerType, "first code point in the document, from 0"),
          column("end", DataTypes.IntegerType, "the code point after the last"),
          column("tokens", DataTypes.IntegerType, "how many tokens it has"),
          column("truncated", DataTypes.BooleanType, "whether what follows it was not read"));

  private static final List<StructField> STATEMENT =
      List.of(
          column("text", DataTypes.StringType, "the sentence"),
          column("chunks", PLACES, "the chunks that were read for it, by their places from 0"),
          column(
              "lookback_ratio",
              DataTypes.DoubleType,
              "how much it looks back at its prompt, from 0 to 1; null unless asked for"));

  private static final List<StructField> STEP =
      List.of(
          column("level", DataTypes.IntegerType, "how many steps lie below it at most"),
          column("chunks", PLACES, "the chunks that it read, by their places from 0"),
          column("steps", PLACES, "the steps whose texts it read, by their places from 0"),
          column("text", DataTypes.StringType, "what was written"),
          column("tokens_in", DataTypes.IntegerType, "tokens that were read, the prompt included"),
          column("tokens_out", DataTypes.IntegerType, "tokens that were written"),
          column("finish_reason", DataTypes.StringType, "end, length or stop-string"),
          column("truncated", DataTypes.BooleanType, "whether what it was to read was cut"),
          column("mean_log_probability", DataTypes.DoubleType, "how likely its tokens were to it"));

  /**
   * What makes summaries.
   *
   * @param strategy with all options
   * @param kvCache which keys the model goes on reading, with all options; null where none writes
   */
  public record Made(String strategy, String kvCache) implements Serializable {}

  private SummaryColumns() {}

  /**
   * The columns of a summary.
   *
   * @param ofPlaces what each of its sentences and chunks begins with
   */
  public static List<StructField> of(StructField... ofPlaces) {
    return List.of(
        column("summary", DataTypes.StringType, "what it says, in short"),
        column(
            "sentences",
            arrayOf(SENTENCE, ofPlaces),
            "the documents' own sentences in it, in their order; null where a model wrote it"),
        column("strategy", DataTypes.StringType, "the strategy, with all options"),
        column(
            "statements",
            arrayOf(STATEMENT),
            "the sentences that a model wrote, with what was read for them"),
        column("chunks", arrayOf(CHUNK, ofPlaces), "what a model that writes read"),
        column("steps", arrayOf(STEP), "all texts that a model wrote; the last is the summary"),
        column("prompts", DataTypes.StringType, "what the model was told, by name and version"),
        column("finish_reason", DataTypes.StringType, "why the model ended the summary"),
        column(
            "mean_log_probability",
            DataTypes.DoubleType,
            "how likely the tokens of the summary were to the model, a token in the mean"),
        GenerationOptions.KV_CACHE_COLUMN,
        column(
            "focus_score",
            DataTypes.DoubleType,
            "share of its weights that the end of the prompt gives to the instruction; null unless"
                + " asked for"));
  }

  private static ArrayType arrayOf(List<StructField> fields, StructField... first) {
    List<StructField> all = new ArrayList<>(Arrays.asList(first));
    all.addAll(fields);
    return DataTypes.createArrayType(new StructType(all.toArray(StructField[]::new)));
  }

  /**
   * The values of these columns.
   *
   * @param made null where there is no summary
   * @param by what made it
   * @param ofPlace what the sentences and chunks of a document begin with
   */
  public static Object[] values(Summary made, Made by, IntFunction<Object[]> ofPlace) {
    if (made == null) {
      return without(null, null, by);
    }
    Written written = made.writing();
    if (written == null) {
      Row[] sentences =
          made.sentences().stream()
              .map(each -> sentence(each, ofPlace.apply(each.document())))
              .toArray(Row[]::new);
      return without(made.text(), sentences, by);
    }
    WrittenStep last = written.last();
    return new Object[] {
      made.text(),
      null,
      by.strategy(),
      written.statements().stream()
          .map(each -> RowFactory.create(each.text(), places(each.chunks()), each.lookbackRatio()))
          .toArray(Row[]::new),
      written.chunks().stream()
          .map(each -> chunk(each, ofPlace.apply(each.document())))
          .toArray(Row[]::new),
      written.steps().stream().map(SummaryColumns::step).toArray(Row[]::new),
      written.prompts().isEmpty() ? null : written.prompts(),
      spelled(last.reason()),
      last.meanLogProbability(),
      by.kvCache(),
      last.watched() == null ? null : last.watched().focus()
    };
  }

  /** Columns of what no model wrote. */
  private static Object[] without(String text, Row[] sentences, Made by) {
    return new Object[] {
      text, sentences, by.strategy(), null, null, null, null, null, null, by.kvCache(), null
    };
  }

  private static Row chunk(SourceChunk chunk, Object... first) {
    List<Object> values = new ArrayList<>(Arrays.asList(first));
    values.addAll(List.of(chunk.start(), chunk.end(), chunk.tokens(), chunk.truncated()));
    return RowFactory.create(values.toArray());
  }

  private static Row step(WrittenStep step) {
    return RowFactory.create(
        step.level(),
        places(step.chunks()),
        places(step.steps()),
        step.text(),
        step.tokensIn(),
        step.tokensOut(),
        spelled(step.reason()),
        step.truncated(),
        step.meanLogProbability());
  }

  private static Integer[] places(List<Integer> places) {
    return places.toArray(Integer[]::new);
  }

  private static String spelled(FinishReason reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The value of one sentence.
   *
   * @param first what it begins with
   */
  private static Row sentence(SummarySentence sentence, Object... first) {
    List<Object> values = new ArrayList<>(Arrays.asList(first));
    values.add(sentence.index());
    values.add(sentence.start());
    values.add(sentence.end());
    values.add(sentence.score());
    values.add(sentence.text());
    return RowFactory.create(values.toArray());
  }

  /** How a summary came about. */
  public static Trace trace(Summary made, double milliseconds) {
    return new Trace(made.tokensIn(), made.tokensOut(), made.truncated(), null, milliseconds);
  }
}
