package io.sparkattention.udfs.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class CallAnalysisTest {

  private final SparkSession spark = FunctionSession.session();

  private AbstractThrowableAssert<?, ? extends Throwable> refused(String select) {
    return assertThatThrownBy(
            () -> spark.sql("SELECT " + select + " FROM VALUES ('a', 1, 'm') AS t(text, n, model)"))
        .as(select)
        .isInstanceOf(AnalysisException.class);
  }

  @Test
  void everyReasonIsToldAtOnce() {
    refused(
            "summarize(n, map('stratgy', 'lead', 'budget', 'pages=3', 'model', null,"
                + " 'max-tokens', '-1'))")
        .hasMessageContaining("text is of type INT: give text, such as CAST(t.n AS STRING)")
        .hasMessageContaining(
            "unknown option 'stratgy' (did you mean 'strategy'?): use attention, budget, device,"
                + " dtype, experimental, generation, kv-cache, max-tokens, model, sentences,"
                + " strategy, window-rows, with")
        .hasMessageContaining("budget pages=3: ")
        .hasMessageContaining("option model is null: give it a value, or leave it out")
        .hasMessageContaining("max-tokens -1: use a whole number");
  }

  @Test
  void wrongNamesAreToldWithTheNearest() {
    refused("summarize(text, map('strategy', 'lexrnk'))")
        .hasMessageContaining("strategy lexrnk: unknown summarizer 'lexrnk'")
        .hasMessageContaining("did you mean 'lexrank'?");
    refused("attention_stats(text, map('statistics', 'entropie'))")
        .hasMessageContaining("did you mean 'entropy'?");
    refused("embed(text, map('role', 'passages'))")
        .hasMessageContaining("role passages: use one of passage, query, symmetric");
  }

  @Test
  void levelsThatStatisticsLackAreToldBeforeAnythingRuns() {
    refused("attention_stats(text, map('statistics', 'rollout,entropy'))")
        .hasMessageContaining("it has no numbers of level head");
    refused("attention_stats(text, map('statistics', 'entropy', 'level', 'pair'))")
        .hasMessageContaining("it has no numbers of level pair");
    refused("attention_stats(text, map('statistics', 'focus-score'))")
        .hasMessageContaining("set marked-until");
    refused("attention_stats(text, map('level', 'corpus'))").hasMessageContaining("level=corpus");
    refused("attention_stats(text, map('tables', 'outliers'))").hasMessageContaining("tables");
  }

  @Test
  void statisticsOfAllLayersAndExperimentsAreFieldsToo() {
    assertThat(type("attention_stats(text, map('statistics', 'head-divergence', 'level', 'pair'))"))
        .startsWith("struct<pairs:array<struct<layer:int,head:int,other_layer:int,other_head:int,")
        .contains("head_divergence:float");
    assertThat(
            type("attention_stats(text, map('statistics', 'head-ablation:by=mean,output-error'))"))
        .startsWith(
            "struct<heads:array<struct<layer:int,head:int,head_ablation:float,output_error");
    assertThat(
            type(
                "attention_stats(text, map('statistics', 'rollout,token-ablation', 'level',"
                    + " 'token'))"))
        .contains("rollout:float,token_ablation:float");
  }

  @Test
  void optionsAreConstant() {
    refused("embed(text, map('model', model))")
        .hasMessageContaining("the options map('model', t.model) are not constant");
    refused("embed(text, 'model=minilm')")
        .hasMessageContaining("the options are of type STRING: write map('model', 'minilm')");
    refused("embed(text, map('model', 'minilm', 'model', 'minilm'))")
        .hasMessageContaining("cannot be read: ");
    refused("embed(text, CAST(null AS map<string, string>))")
        .hasMessageContaining("the options are null");
    spark.sql("SELECT embed('a', map('max-tokens', 64)), embed('a', map())");
    spark.sql("SELECT embed('a', map('model', concat('mini', 'lm')))");
  }

  @Test
  void argumentsAreCounted() {
    refused("embed()").hasMessageContaining("0 arguments are given: write embed(text[, options])");
    refused("rerank_score(text)")
        .hasMessageContaining("1 argument is given: write rerank_score(query, passage[, options])");
    refused("embed(text, map(), map())").hasMessageContaining("3 arguments are given");
  }

  @Test
  void whatNeedsMoreThanACallIsRefused() {
    refused("summarize(text, map('strategy', 'query-focused'))")
        .hasMessageContaining("strategy query-focused looks for a query");
    refused("rerank_score(text, text, map('strategy', 'bm25'))")
        .hasMessageContaining("strategy bm25 compares the candidates of a query");
    refused("rerank_score(text, text, map('strategy', 'rrf:of=[bi-encoder,cross-encoder]'))")
        .hasMessageContaining("strategy rrf compares the candidates of a query");
    refused("rerank_score(text, text, map('strategy', 'listwise'))")
        .hasMessageContaining("strategy listwise compares the candidates of a query");
  }

  @Test
  void aModelThatNobodyNeedsIsRefusedInACallAndPassedOverInAConfiguration() {
    String call = "rerank_score(text, text, map('strategy', 'cross-encoder', 'model', 'minilm'%s))";
    refused(call.formatted(", 'token-model', 'minilm'"))
        .hasMessageContaining("token-model minilm: no strategy that was chosen needs it");
    spark.conf().set("spark.attention.rerank.token-model", "minilm");
    try {
      assertThat(type(call.formatted(""))).startsWith("struct<score:double");
    } finally {
      spark.conf().unset("spark.attention.rerank.token-model");
    }
  }

  @Test
  void variablesOfLambdaFunctionsAreRefused() {
    refused("transform(array(text), x -> embed(x))")
        .hasMessageContaining("text is a variable of a lambda function");
    refused("transform(array(text), x -> rerank_score(text, concat(x, '.')))")
        .hasMessageContaining("passage is a variable of a lambda function");
  }

  @Test
  void theConfigurationHasDefaults() {
    spark.conf().set("spark.attention.summarize.strategy", "leed");
    try {
      refused("summarize(text)")
          .hasMessageContaining("spark.attention.summarize.strategy leed: unknown summarizer");
      spark.sql("SELECT summarize('a', map('strategy', 'lead'))");
      spark.conf().set("spark.attention.summarize.strategy", "lead");
      assertThat(spark.sql("SELECT summarize('A b. C d.').strategy").first().getString(0))
          .isEqualTo("lead");
    } finally {
      spark.conf().unset("spark.attention.summarize.strategy");
    }
  }

  @Test
  void typesAreThoseOfTheJobsWithoutKeysAndTime() {
    String provenance =
        "model:string,attention:string,tokens_in:int,tokens_out:int,truncated:boolean,error:string>";
    assertThat(type("summarize(text)"))
        .isEqualTo(
            "struct<summary:string,sentences:array<struct<index:int,start:int,end:int,score:double,"
                + "text:string>>,strategy:string,"
                + "statements:array<struct<text:string,chunks:array<int>,lookback_ratio:double>>,"
                + "chunks:array<struct<start:int,end:int,tokens:int,truncated:boolean>>,"
                + "steps:array<struct<level:int,chunks:array<int>,steps:array<int>,text:string,"
                + "tokens_in:int,tokens_out:int,finish_reason:string,truncated:boolean,"
                + "mean_log_probability:double>>,prompts:string,finish_reason:string,"
                + "mean_log_probability:double,kv_cache:string,focus_score:double,"
                + provenance);
    assertThat(type("embed(text)")).isEqualTo("struct<vector:array<float>," + provenance);
    assertThat(type("rerank_score(text, model)"))
        .isEqualTo("struct<score:double,strategy:string," + provenance);
    assertThat(type("attention_stats(text, map('statistics', 'entropy'))"))
        .isEqualTo("struct<heads:array<struct<layer:int,head:int,entropy:float>>," + provenance);
    assertThat(type("attention_stats(text, map('statistics', 'entropy', 'level', 'document'))"))
        .isEqualTo("struct<entropy:float," + provenance);
    assertThat(type("attention_stats(text, map('statistics', 'entropy', 'level', 'token'))"))
        .isEqualTo(
            "struct<tokens:array<struct<position:int,start:int,end:int,token:string,entropy:float>>,"
                + provenance);
  }

  private String type(String call) {
    return spark
        .sql("SELECT " + call + " FROM VALUES ('a', 'm') AS t(text, model)")
        .schema()
        .apply(0)
        .dataType()
        .catalogString();
  }

  @Test
  void functionsSayWhatTheyAre() {
    String description =
        spark.sql("DESCRIBE FUNCTION EXTENDED rerank_score").collectAsList().toString();
    assertThat(description)
        .contains("rerank_score(query, passage[, options])")
        .contains("How relevant a passage is to a query")
        .contains("cross-encoder-model - The model that reads query and passage at once");
  }
}
