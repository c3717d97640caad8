package io.sparkattention.jobs.multilingual;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.model.ModelRole;
import io.sparkattention.registry.Registry.Entry;
import io.sparkattention.rerank.Reranker;
import io.sparkattention.rerank.Rerankers;
import io.sparkattention.summarize.AbstractiveSummarizer;
import io.sparkattention.summarize.Summarizer;
import io.sparkattention.summarize.Summarizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All jobs with all strategies over 17,609 documents of 31 languages: no row fails. */
@Tag("thorough")
class MultilingualThoroughTest {

  @TempDir static Path folder;
  private static MultilingualRuns jobs;

  @BeforeAll
  static void writeTables() throws IOException {
    MultilingualCorpus corpus = MultilingualCorpus.write(folder, 1);
    assertThat(corpus.count()).isEqualTo(17_609);
    jobs = new MultilingualRuns(corpus, folder);
  }

  @Test
  void everySummarizer() {
    for (Entry<Summarizer> each : Summarizers.REGISTRY.entries()) {
      if (Summarizers.REGISTRY.parse(each.name()) instanceof AbstractiveSummarizer) {
        jobs.write(each.name());
      } else {
        jobs.summarize(each.name(), MultilingualRuns.TINY, "sentences=3");
      }
    }
  }

  @Test
  void everyReranker() {
    jobs.rerank("bm25:analysis=standard", MultilingualRuns.TINY);
    for (Entry<Reranker> each : Rerankers.REGISTRY.entries()) {
      Set<ModelRole> needs = Rerankers.REGISTRY.parse(each.name()).needs();
      String model =
          needs.contains(ModelRole.GENERATOR)
              ? MultilingualRuns.WRITER
              : needs.contains(ModelRole.PAIR_SCORER)
                  ? MultilingualRuns.CROSS_ENCODER
                  : MultilingualRuns.TINY;
      jobs.rerank(each.name(), model);
    }
  }

  @Test
  void scores() {
    Path summaries = jobs.summarize("lead", MultilingualRuns.TINY, "sentences=3");
    jobs.evaluateSummaries(summaries, "rouge1,rougeL,bertscore");
    Path rankings = jobs.rerank("bm25:analysis=standard", MultilingualRuns.TINY);
    jobs.evaluateRankings(rankings, "ndcg@10,mrr,map,recall@1");
  }

  @Test
  void attentionAndEmbeddings() {
    jobs.heads(MultilingualRuns.TINY);
    jobs.tokens(MultilingualRuns.TINY);
    jobs.embed(MultilingualRuns.TINY);
  }
}
