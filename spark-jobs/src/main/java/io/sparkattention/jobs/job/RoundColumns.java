package io.sparkattention.jobs.job;

import io.sparkattention.jobs.input.Sources;
import io.sparkattention.model.Outcome;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The rows of sources, and of what is written for them, between rounds. */
final class RoundColumns {

  static final String ROUND = "round";
  static final String TASKS = "tasks";
  static final String PROBLEM = "problem";
  static final String MILLISECONDS = "milliseconds";
  static final String NUMBER = "number";
  static final String TASK = "task";
  static final String STEP = "step";
  static final String WRITTEN = "written";

  /** A source: what it has come to or why it cannot, and what is to be written next. */
  static final StructType SOURCE =
      new StructType()
          .add(Sources.ID, DataTypes.StringType)
          .add(
              Sources.DOCUMENTS,
              DataTypes.createArrayType(
                  new StructType().add(Sources.DOCUMENT, DataTypes.StringType)))
          .add(ROUND, DataTypes.StringType)
          .add(TASKS, DataTypes.createArrayType(DataTypes.StringType))
          .add(PROBLEM, DataTypes.StringType)
          .add(MILLISECONDS, DataTypes.DoubleType);

  /** What was written for a task, or why nothing was. */
  static final StructType TEXT =
      new StructType()
          .add(Sources.ID, DataTypes.StringType)
          .add(NUMBER, DataTypes.IntegerType)
          .add(STEP, DataTypes.StringType)
          .add(PROBLEM, DataTypes.StringType)
          .add(MILLISECONDS, DataTypes.DoubleType);

  private RoundColumns() {}

  /** Writes a source after a round. */
  static void write(Row before, Outcome<Round> outcome, double milliseconds, Consumer<Row> out) {
    List<Row> documents = before.getList(before.fieldIndex(Sources.DOCUMENTS));
    Row[] names =
        documents.stream()
            .map(document -> RowFactory.create(document.<String>getAs(Sources.DOCUMENT)))
            .toArray(Row[]::new);
    Round round = outcome.value();
    out.accept(
        RowFactory.create(
            before.getAs(Sources.ID),
            names,
            round == null ? null : round.text(),
            round == null ? new String[0] : round.taskTexts(),
            outcome.error(),
            milliseconds));
  }
}
