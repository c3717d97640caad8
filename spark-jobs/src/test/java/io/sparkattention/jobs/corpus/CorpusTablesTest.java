package io.sparkattention.jobs.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.statistics.StatisticsPlan;
import io.sparkattention.statistics.matrix.RankCorrelation;
import io.sparkattention.udfs.LocalSpark;
import io.sparkattention.udfs.work.StatisticsTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Tables of planted rows. */
class CorpusTablesTest {

  private static StatisticsTable table(StatisticLevel level, String... statistics) {
    return StatisticsTable.of(level, StatisticsPlan.of(List.of(statistics)));
  }

  private static Dataset<Row> rows(String type, List<Row> rows) {
    return LocalSpark.session().createDataFrame(rows, StructType.fromDDL(type)).repartition(3);
  }

  @Test
  void headsThatArePlantedNearEachOtherAreOneCluster() {
    List<Row> pairs = new ArrayList<>();
    Random random = new Random(5);
    for (String id : List.of("a", "b")) {
      for (int i = 0; i < 6; i++) {
        for (int j = i + 1; j < 6; j++) {
          double apart = (i % 2 == j % 2 ? 0.05 : 0.6) + 0.02 * random.nextDouble();
          pairs.add(RowFactory.create(id, i / 3, i % 3, j / 3, j % 3, (float) apart));
        }
      }
    }
    pairs.add(RowFactory.create("failed", null, null, null, null, null));
    String type =
        "id string, layer int, head int, other_layer int, other_head int, head_divergence float";
    HeadGroups groups = new HeadGroups();
    Dataset<Row> found =
        groups.of(rows(type, pairs), table(StatisticLevel.PAIR, "head-divergence"));
    List<Row> heads = found.orderBy("layer", "head").collectAsList();
    assertThat(heads).hasSize(6);
    for (int h = 0; h < 6; h++) {
      assertThat(heads.get(h).<Integer>getAs("cluster")).isEqualTo(h % 2);
      assertThat(heads.get(h).<Integer>getAs("heads")).isEqualTo(3);
      assertThat(heads.get(h).<Double>getAs("silhouette")).isGreaterThan(0.8);
      assertThat(heads.get(h).<Double>getAs("cut")).isBetween(0.06, 0.63);
    }
    assertThat(groups.notes(found)).singleElement().asString().contains("head_divergence: 2, with");
  }

  @Test
  void silhouetteIsNearOneOfGroupsFarApart() {
    double[][] distances = {{0, 1, 10}, {1, 0, 10}, {10, 10, 0}};
    assertThat(HeadGroups.silhouette(distances, new int[] {0, 0, 1}))
        .isCloseTo((0.9 + 0.9 + 0) / 3, within(1e-12)); // one alone counts as 0
    assertThat(HeadGroups.silhouette(distances, new int[] {0, 0, 0})).isNegative().isInfinite();
  }

  @Test
  void agreementIsThatOfEachDocumentHoweverRowsAreParted() {
    Random random = new Random(6);
    List<Row> tokens = new ArrayList<>();
    double[] correlations = new double[4];
    for (int d = 0; d < 4; d++) {
      double[] one = new double[9];
      double[] other = new double[9];
      for (int t = 0; t < 9; t++) {
        float rollout = random.nextFloat();
        Float ablation = t == 4 ? null : (Float) (rollout + random.nextFloat());
        tokens.add(RowFactory.create("d" + d, t, rollout, ablation, 1f));
        one[t] = rollout;
        other[t] = ablation == null ? Double.NaN : ablation;
      }
      correlations[d] = RankCorrelation.spearman(one, other);
    }
    tokens.add(RowFactory.create("failed", null, null, null, null));
    String type =
        "id string, position int, rollout float, token_ablation float, attention_flow float";
    StatisticAgreement agreement = new StatisticAgreement();
    StatisticsTable statistics =
        table(StatisticLevel.TOKEN, "rollout", "token-ablation", "attention-flow");
    Dataset<Row> found = agreement.of(rows(type, tokens), statistics);
    Row row = found.filter("other = 'token_ablation'").collectAsList().get(0);
    assertThat(found.count()).isEqualTo(2); // constants rank nothing
    assertThat(row.getString(0)).isEqualTo("rollout");
    assertThat(row.getLong(2)).isEqualTo(4);
    double mean = Arrays.stream(correlations).average().orElseThrow();
    assertThat(row.getDouble(3)).isCloseTo(mean, within(1e-12));
    assertThat(row.getDouble(4)).isLessThan(mean);
    assertThat(row.getDouble(5)).isGreaterThan(mean);
    assertThat(agreement.notes(found))
        .singleElement()
        .asString()
        .startsWith("rollout ranks as token_ablation does with ρ = ");
  }

  @Test
  void levelsThatTablesDoNotFollowFromAreRefused() {
    for (CorpusTable each : CorpusTables.ALL) {
      int refused = 0;
      for (StatisticLevel level : StatisticLevel.values()) {
        refused += each.unsupportedReasons(table(level, "entropy", "sink-rate")).isEmpty() ? 0 : 1;
      }
      assertThat(refused).as(each.name()).isBetween(1, 4);
    }
    assertThat(new StatisticAgreement().unsupportedReasons(table(StatisticLevel.HEAD, "entropy")))
        .singleElement()
        .asString()
        .contains("ask for two or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CorpusTables.named("outliers,magic"))
        .withMessage("there is no table 'magic': use one of " + CorpusTables.names());
  }
}
