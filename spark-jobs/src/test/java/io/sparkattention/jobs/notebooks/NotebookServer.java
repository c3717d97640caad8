package io.sparkattention.jobs.notebooks;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What Databricks and Zeppelin give to the cells of their notebooks, as far as these use it. Output
 * is printed as Zeppelin has it: {@code %table} and {@code %html} say what follows.
 */
public final class NotebookServer {

  /** What a reader of the notebook has filled in, by name; all else has its default. */
  static final Map<String, String> FILLED_IN = new HashMap<>();

  private static final int MOST_ROWS = 1000;

  /** Databricks' utilities. */
  public static final Utilities dbutils = new Utilities(new Widgets());

  /** Zeppelin's context. */
  public static final Context z = new Context();

  private NotebookServer() {}

  /** Databricks' tables. */
  public static void display(Dataset<?> rows) {
    print("%table " + table(rows.toDF()));
  }

  /** Databricks' pages. */
  public static void displayHTML(String html) {
    print("%html " + html);
  }

  /** Databricks' utilities. */
  public record Utilities(Widgets widgets) {}

  /** Databricks' forms. */
  public static final class Widgets {

    private final Map<String, String> values = new HashMap<>();

    /** Declares a field. */
    public void text(String name, String otherwise, String label) {
      values.put(name, FILLED_IN.getOrDefault(name, otherwise));
    }

    /** The value of a field that was declared. */
    public String get(String name) {
      if (!values.containsKey(name)) {
        throw new IllegalArgumentException("no widget is named " + name);
      }
      return values.get(name);
    }
  }

  /** Zeppelin's context. */
  public static final class Context {

    /** Declares a field and says its value. */
    public Object textbox(String name, String otherwise) {
      return FILLED_IN.getOrDefault(name, otherwise);
    }

    /** Shows a table. */
    public void show(Object rows) {
      display((Dataset<?>) rows);
    }
  }

  private static String table(Dataset<Row> rows) {
    String head = String.join("\t", rows.columns());
    return rows.limit(MOST_ROWS).collectAsList().stream()
        .map(NotebookServer::line)
        .collect(Collectors.joining("\n", head + "\n", ""));
  }

  private static String line(Row row) {
    Object[] values = new Object[row.size()];
    Arrays.setAll(values, i -> String.valueOf(row.get(i)).replaceAll("[\t\n]", " "));
    return Arrays.stream(values).map(Object::toString).collect(Collectors.joining("\t"));
  }

  private static void print(String text) {
    scala.Console.println(text);
  }
}
