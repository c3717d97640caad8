package io.sparkattention.jobs.multilingual;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Run;
import io.sparkattention.registry.Registry.Entry;
import io.sparkattention.summarize.AbstractiveSummarizer;
import io.sparkattention.summarize.Summarizer;
import io.sparkattention.summarize.Summarizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jobs over a few documents of many languages and scripts: no row fails. */
class MultilingualTest {

  @TempDir static Path folder;
  private static MultilingualRuns jobs;

  @BeforeAll
  static void writeTables() throws IOException {
    jobs = new MultilingualRuns(MultilingualCorpus.write(folder, 2000), folder);
  }

  @Test
  void sentencesOfAllScriptsAreFoundAndPlaced() {
    Path output = jobs.summarize("lead", MultilingualRuns.TINY, "sentences=100");
    Map<String, Integer> sentences = new TreeMap<>();
    for (Row row : Run.table(output).filter("id not like 'speech%'").collectAsList()) {
      sentences.put(row.getAs("id"), row.getList(row.fieldIndex("sentences")).size());
    }
    assertThat(sentences.remove("th")).as("Thai ends sentences by spaces").isBetween(1, 5);
    assertThat(sentences).hasSize(11).allSatisfy((id, n) -> assertThat(n).as(id).isEqualTo(5));
  }

  @Test
  void everySummarizerServesAllScripts() {
    for (Entry<Summarizer> each : Summarizers.REGISTRY.entries()) { // a new one is tried too
      if (Summarizers.REGISTRY.parse(each.name()) instanceof AbstractiveSummarizer) {
        jobs.write(each.name());
      } else {
        jobs.summarize(each.name(), MultilingualRuns.TINY, "sentences=2");
      }
    }
  }

  @Test
  void everyJobReadsAllScripts() {
    jobs.rerank("bi-encoder", MultilingualRuns.TINY);
    jobs.rerank("late-interaction", MultilingualRuns.TINY);
    jobs.tokens(MultilingualRuns.TINY);
    jobs.heads(MultilingualRuns.TINY);
    jobs.embed(MultilingualRuns.MINILM);
  }

  @Test
  void scoresOfAllScripts() {
    Path summaries = jobs.summarize("lead", MultilingualRuns.TINY, "sentences=100");
    Path scores = jobs.evaluateSummaries(summaries, "rouge1,rougeLsum,bertscore,own-document");
    assertThat(Run.table(scores).filter("metric = 'rouge1-recall' and score = 0").count())
        .as("words of every title are found in some text")
        .isLessThan(10);
    Path rankings = jobs.rerank("bm25:analysis=standard", MultilingualRuns.TINY);
    jobs.evaluateRankings(rankings, "ndcg@10,mrr,map,recall@1,precision@5");
  }

  @Test
  void wordsOfAllScriptsAreMatched() {
    Path output = jobs.rerank("bm25:analysis=standard", MultilingualRuns.TINY);
    List<Row> own =
        Run.table(output)
            .filter("query_id = passage_id and query_id not like 'speech%'")
            .filter("query_id not in ('ko', 'th')") // words bear endings, or have no space between
            .select("query_id", "rank")
            .collectAsList();
    assertThat(own).hasSize(10).allSatisfy(row -> assertThat(row.getInt(1)).as("%s", row).isOne());
  }
}
