package io.sparkattention.udfs.work;

import static io.sparkattention.udfs.work.Columns.column;

import io.sparkattention.summarize.Summary;
import io.sparkattention.summarize.SummarySentence;
import io.sparkattention.udfs.work.Provenance.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
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

  private SummaryColumns() {}

  /**
   * The columns of a summary.
   *
   * @param ofSentences what each of its sentences begins with
   */
  public static List<StructField> of(StructField... ofSentences) {
    List<StructField> sentence = new ArrayList<>(Arrays.asList(ofSentences));
    sentence.addAll(SENTENCE);
    return List.of(
        column("summary", DataTypes.StringType, "what it says, in short"),
        column(
            "sentences",
            DataTypes.createArrayType(new StructType(sentence.toArray(StructField[]::new))),
            "the documents' own sentences in it, in their order"),
        column("strategy", DataTypes.StringType, "the strategy, with all options"));
  }

  /**
   * The value of one sentence.
   *
   * @param first what it begins with
   */
  public static Row sentence(SummarySentence sentence, Object... first) {
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
