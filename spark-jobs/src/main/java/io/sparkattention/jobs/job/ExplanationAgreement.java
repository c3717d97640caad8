package io.sparkattention.jobs.job;

import io.sparkattention.jobs.corpus.CorpusTable;
import io.sparkattention.jobs.corpus.StatisticAgreement;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.statistics.AttentionStatistic;
import io.sparkattention.statistics.HeadAblation;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.statistics.TokenAblation;
import io.sparkattention.udfs.work.StatisticsWork;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps statistics that are read as explanations beside how far they agree with ablation, which
 * asks the model itself (Jain and Wallace 2019, arXiv:1902.10186).
 */
final class ExplanationAgreement {

  private ExplanationAgreement() {}

  /** The tables that were asked for, and the agreement where an explanation and ablation are. */
  static List<CorpusTable> with(List<CorpusTable> asked, StatisticsWork work) {
    if (explaining(work).isEmpty() || !ablates(work) || agreement(asked)) {
      return asked;
    }
    List<CorpusTable> tables = new ArrayList<>(asked);
    tables.add(new StatisticAgreement());
    return tables;
  }

  /** What to ask for so that explanations stand beside their agreement with ablation. */
  static List<String> advice(StatisticsWork work) {
    List<String> explaining = explaining(work);
    // further forward passes are made at site self alone
    if (explaining.isEmpty() || ablates(work) || work.site() != WatchedSite.SELF) {
      return List.of();
    }
    String ablation = ofHeads(work.level()) ? "head-ablation" : "token-ablation";
    String level = work.level() == StatisticLevel.DOCUMENT ? ", at --level token" : "";
    boolean one = explaining.size() == 1;
    return List.of(
        "%s %s: add %s to --statistics%s, and --tables agreement tells how far %s with ablation"
            .formatted(
                String.join(", ", explaining),
                one ? "is read as an explanation" : "are read as explanations",
                ablation,
                level,
                one ? "it agrees" : "they agree"));
  }

  private static List<String> explaining(StatisticsWork work) {
    return work.statistics().explaining(work.level());
  }

  private static boolean agreement(List<CorpusTable> tables) {
    return tables.stream().anyMatch(StatisticAgreement.class::isInstance);
  }

  private static boolean ablates(StatisticsWork work) {
    Class<? extends AttentionStatistic> ablation =
        ofHeads(work.level()) ? HeadAblation.class : TokenAblation.class;
    return work.statistics().statistics().stream().anyMatch(ablation::isInstance);
  }

  private static boolean ofHeads(StatisticLevel level) {
    return level == StatisticLevel.HEAD || level == StatisticLevel.CORPUS;
  }
}
