package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.generate.GenerationSpec;
import io.sparkattention.jobs.corpus.CorpusTable;
import io.sparkattention.jobs.corpus.CorpusTables;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.statistics.StatisticsPlan;
import io.sparkattention.udfs.work.StatisticsWork;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationAgreementTest {

  private static StatisticsWork work(StatisticLevel level, String... statistics) {
    return new StatisticsWork(
        ModelSpec.of("minilm"),
        StatisticsPlan.of(List.of(statistics)),
        level,
        null,
        WatchedSite.SELF,
        GenerationSpec.DEFAULT);
  }

  private static List<String> tables(String asked, StatisticsWork work) {
    List<CorpusTable> tables = asked.isEmpty() ? List.of() : CorpusTables.named(asked);
    return ExplanationAgreement.with(tables, work).stream().map(CorpusTable::name).toList();
  }

  @Test
  void explanationsAloneAreToldWhatTheyLack() {
    assertThat(ExplanationAgreement.advice(work(StatisticLevel.TOKEN, "rollout", "entropy")))
        .containsExactly(
            "rollout is read as an explanation: add token-ablation to --statistics, and --tables"
                + " agreement tells how far it agrees with ablation");
    assertThat(
            ExplanationAgreement.advice(
                work(StatisticLevel.TOKEN, "attention-flow", "received-attention")))
        .containsExactly(
            "attention-flow, received-attention are read as explanations: add token-ablation to"
                + " --statistics, and --tables agreement tells how far they agree with ablation");
    assertThat(
            ExplanationAgreement.advice(
                work(StatisticLevel.HEAD, "token-contribution", "received-attention")))
        .singleElement()
        .asString()
        .startsWith("token-contribution is read as an explanation: add head-ablation");
    assertThat(ExplanationAgreement.advice(work(StatisticLevel.DOCUMENT, "token-contribution")))
        .singleElement()
        .asString()
        .contains("add token-ablation to --statistics, at --level token, and");
    assertThat(tables("", work(StatisticLevel.TOKEN, "rollout", "entropy"))).isEmpty();
  }

  @Test
  void othersAreToldNothing() {
    assertThat(
            ExplanationAgreement.advice(
                work(StatisticLevel.HEAD, "entropy", "sink-rate", "received-attention")))
        .isEmpty();
    StatisticsWork ablation = work(StatisticLevel.TOKEN, "entropy", "token-ablation");
    assertThat(ExplanationAgreement.advice(ablation)).isEmpty();
    assertThat(tables("", ablation)).isEmpty();
  }

  @Test
  void agreementIsWrittenWhereAnExplanationAndAblationAreAsked() {
    StatisticsWork tokens = work(StatisticLevel.TOKEN, "rollout", "token-ablation");
    assertThat(ExplanationAgreement.advice(tokens)).isEmpty();
    assertThat(tables("", tokens)).containsExactly("agreement");
    assertThat(tables("agreement", tokens)).containsExactly("agreement");
    assertThat(tables("rare-tokens", tokens)).containsExactly("rare-tokens", "agreement");
    assertThat(tables("", work(StatisticLevel.CORPUS, "token-contribution", "head-ablation")))
        .containsExactly("agreement");
  }
}
