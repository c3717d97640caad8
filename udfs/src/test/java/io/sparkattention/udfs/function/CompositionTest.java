package io.sparkattention.udfs.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Queries of every shape: the rows must be those of the same query with a built-in function that
 * does the same, {@code head{x}} standing for either.
 */
class CompositionTest {

  private static final Pattern HEAD = Pattern.compile("head\\{([^{}]*)}");
  private static final String BATCHED =
      "summarize($1, map('strategy', 'lead', 'budget', 'sentences=1', 'sentences',"
          + " 'unicode')).summary";
  private static final String BUILT_IN = "regexp_extract($1, '^[^.]*[.]', 0)";

  /** Where adaptive execution makes a difference. */
  private static final Pattern EXCHANGES =
      Pattern.compile("JOIN|GROUP|ORDER|OVER| IN |EXISTS|DISTINCT|INTERSECT|REPARTITION");

  private static final Map<String, List<String>> EXPECTED = new HashMap<>();

  private static SparkSession spark;

  @BeforeAll
  static void tables() {
    spark = FunctionSession.session();
    spark
        .range(0, 100, 1, 2)
        .selectExpr(
            "id",
            "id % 5 AS g",
            "if(id = 9, null, concat('Text ', id % 7, ' begins. It ends with ', id, '.')) AS text")
        .createOrReplaceTempView("t");
    spark
        .range(0, 20, 1, 1)
        .selectExpr("id", "concat('Text ', id % 9, ' begins. Nothing follows.') AS word")
        .createOrReplaceTempView("u");
  }

  static Stream<Arguments> queries() {
    return Stream.of(
            "SELECT id, head{text} AS a, head{upper(text)} AS b FROM t WHERE length(text) > 3",
            "SELECT id FROM t WHERE head{text} > 'Text 3' AND id > 20",
            "SELECT * FROM (SELECT id, head{text} AS a FROM t) WHERE a > 'Text 5'",
            "SELECT id, CASE WHEN id > 10 THEN head{text} ELSE '' END AS a FROM t",
            "SELECT head{concat(head{text}, ' And more.')} AS a FROM t",
            "SELECT head{concat(head{concat(head{text}, ' A.')}, ' B.')} AS a, head{text} FROM t",
            "SELECT head{text} AS a, count(*) AS n FROM t GROUP BY head{text}",
            "SELECT g, max(head{text}) FROM t GROUP BY g HAVING min(head{text}) < 'Text 4'",
            "SELECT g, head{max(text)} AS a FROM t GROUP BY g",
            "SELECT count(DISTINCT head{text}), count(DISTINCT g) FROM t",
            "SELECT DISTINCT head{text} AS a FROM t",
            "SELECT id FROM t ORDER BY head{text}, id",
            "SELECT id, row_number() OVER (PARTITION BY head{text} ORDER BY head{upper(text)}, id)"
                + " FROM t",
            "SELECT t.id, u.id FROM t JOIN u ON head{t.text} = head{u.word} AND t.id < u.id",
            "SELECT t.id, u.id FROM t LEFT JOIN u ON t.id = u.id AND head{u.word} > 'Text 3'",
            "SELECT t.id FROM t JOIN u ON head{concat(t.text, u.word)} = 'Text 1 begins.'",
            "SELECT /*+ MERGE(u) */ t.id, u.id FROM t JOIN u ON head{t.text} = head{u.word}",
            "SELECT x.a, y.n FROM (SELECT head{text} AS a, count(*) AS n FROM t GROUP BY 1) x"
                + " JOIN (SELECT head{text} AS a, count(*) AS n FROM t GROUP BY 1) y ON x.a = y.a",
            "SELECT x.id, y.id FROM t x JOIN t y ON x.id = y.id + 1 AND head{x.text} >"
                + " head{y.text}",
            "SELECT id, (SELECT max(head{word}) FROM u) AS m FROM t WHERE id < 10",
            "SELECT id FROM t WHERE head{text} IN (SELECT head{word} FROM u)",
            "SELECT id FROM t WHERE text IS NOT NULL AND head{text} NOT IN (SELECT head{word} FROM"
                + " u WHERE id > 15)",
            "SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE head{u.word} = head{t.text}"
                + " AND u.id = t.id)",
            "SELECT id, (SELECT max(head{word}) FROM u WHERE u.id = t.id) AS m FROM t",
            "WITH c AS (SELECT id, head{text} AS a FROM t) SELECT a FROM c UNION ALL"
                + " SELECT concat(a, '!') FROM c",
            "SELECT head{text} AS a FROM t INTERSECT SELECT head{word} FROM u",
            "SELECT * FROM (SELECT id, head{text} AS a FROM t ORDER BY id) LIMIT 10",
            "SELECT count(*) FROM (SELECT id FROM t WHERE head{text} > 'Text 2' LIMIT 10)",
            "SELECT id, w FROM t LATERAL VIEW explode(array(head{text}, 'x')) e AS w",
            "SELECT g, head{text} AS a, count(*) FROM t GROUP BY ROLLUP (g, head{text})",
            "SELECT /*+ REPARTITION(3, g) */ head{text} AS a, g FROM t",
            "SELECT head{v} AS a FROM VALUES ('A b. C.'), (null), ('') AS x(v) WHERE v <> ''",
            "SELECT id, head{'One. Two.'} AS a FROM t",
            "SELECT head{concat(text, string(rand(1) < 2))} AS a FROM t")
        .flatMap(
            query ->
                EXCHANGES.matcher(query).find()
                    ? Stream.of(Arguments.of(query, "true"), Arguments.of(query, "false"))
                    : Stream.of(Arguments.of(query, "true")));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void rowsAreThoseOfABuiltInFunction(String query, String adaptive) {
    spark.conf().set("spark.sql.adaptive.enabled", adaptive);
    spark.conf().set("spark.sql.codegen.wholeStage", adaptive);
    Dataset<Row> batched = spark.sql(written(query, BATCHED));
    List<String> rows = sorted(batched);
    List<String> expected =
        EXPECTED.computeIfAbsent(query, each -> sorted(spark.sql(written(each, BUILT_IN))));
    assertThat(rows).isEqualTo(expected).isNotEmpty();
    Operators operators = Operators.of(batched);
    assertThat(operators.nodes()).isNotEmpty();
    assertThat(
            batched
                .queryExecution()
                .explainString(org.apache.spark.sql.execution.ExplainMode.fromString("simple")))
        .contains("BatchedFunctions [summarize(");
    assertThat(operators.batches()).isPositive();
    if (operators.rows() >= 50) {
      assertThat(operators.rows()).isGreaterThan(4 * operators.batches());
    }
  }

  private static String written(String query, String function) {
    String text = query;
    for (Matcher found = HEAD.matcher(text); found.find(); found = HEAD.matcher(text)) {
      text = found.replaceAll(function);
    }
    return text;
  }

  private static List<String> sorted(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).sorted().toList();
  }
}
