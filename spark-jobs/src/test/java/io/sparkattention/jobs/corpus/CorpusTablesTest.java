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
import java.util.Collections;
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

  private static double pearson(double[] x, double[] y) {
    double meanX = Arrays.stream(x).average().orElseThrow();
    double meanY = Arrays.stream(y).average().orElseThrow();
    double both = 0;
    double ofX = 0;
    double ofY = 0;
    for (int i = 0; i < x.length; i++) {
      both += (x[i] - meanX) * (y[i] - meanY);
      ofX += (x[i] - meanX) * (x[i] - meanX);
      ofY += (y[i] - meanY) * (y[i] - meanY);
    }
    return both / Math.sqrt(ofX * ofY);
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
  void headsWithoutDistancesToOtherGroupsCountAsZero() {
    double none = Double.NaN;
    double[][] distances = {{0, 1, none}, {1, 0, 10}, {none, 10, 0}};
    assertThat(HeadGroups.silhouette(distances, new int[] {0, 0, 1}))
        .isCloseTo((0 + 0.9 + 0) / 3, within(1e-12));
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
  void rareTokensAreThoseOfANaiveCountHoweverRowsAreParted() {
    long seed = 7;
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    List<String> tokens = new ArrayList<>();
    List<Double> received = new ArrayList<>();
    for (int t = 0; t < 300; t++) {
      String token = "t" + (int) (12 * random.nextDouble() * random.nextDouble());
      Float number = random.nextInt(9) == 0 ? null : (Float) random.nextFloat();
      rows.add(RowFactory.create("d" + t % 7, t / 7, token, number, 1f));
      if (number != null) {
        tokens.add(token);
        received.add((double) number);
      }
    }
    rows.add(RowFactory.create("failed", null, null, null, null));
    double n = tokens.size();
    double[] rarity =
        tokens.stream()
            .mapToDouble(token -> -Math.log(Collections.frequency(tokens, token) / n))
            .toArray();
    double[] numbers = received.stream().mapToDouble(Double::doubleValue).toArray();
    double wanted = pearson(rarity, numbers);
    String type = "id string, position int, token string, received_attention float, rollout float";
    RareTokens rare = new RareTokens();
    Dataset<Row> found =
        rare.of(rows(type, rows), table(StatisticLevel.TOKEN, "received-attention", "rollout"));
    Row row = found.filter("statistic = 'received_attention'").first();
    assertThat(row.getLong(1)).as("seed %d", seed).isEqualTo(tokens.size());
    assertThat(row.getLong(2)).isEqualTo(tokens.stream().distinct().count());
    assertThat(row.getDouble(3)).as("seed %d", seed).isCloseTo(wanted, within(1e-9));
    assertThat(found.filter("statistic = 'rollout' and correlation is null").count()).isEqualTo(1);
    assertThat(rare.notes(found))
        .singleElement()
        .asString()
        .startsWith("received_attention goes with how rare a token is by r = ");
  }

  @Test
  void ofHeadsOnlyWhatIsUnlikeItselfIsFlagged() {
    Random random = new Random(8);
    List<Row> rows = new ArrayList<>();
    int documents = 40;
    int heads = 30;
    for (int d = 0; d < documents; d++) {
      for (int h = 0; h < heads; h++) {
        double spread = d == 0 ? 0 : d == 1 ? 9 : 1; // the first is in the middle everywhere
        rows.add(
            RowFactory.create("d" + d, 50, h / 6, h % 6, (float) (spread * random.nextGaussian())));
      }
    }
    String type = "id string, tokens_in int, layer int, head int, entropy float";
    Dataset<Row> found =
        new DocumentOutliers().of(rows(type, rows), table(StatisticLevel.HEAD, "entropy"));
    Row typical = found.filter("id = 'd0'").first();
    Row far = found.filter("id = 'd1'").first();
    assertThat(typical.<Double>getAs("entropy_deviation")).isLessThan(-RobustDeviations.BEYOND);
    assertThat(typical.<Boolean>getAs("outlier")).isFalse();
    assertThat(far.<Double>getAs("deviation")).isGreaterThan(RobustDeviations.BEYOND);
    assertThat(far.<Boolean>getAs("outlier")).isTrue();
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
