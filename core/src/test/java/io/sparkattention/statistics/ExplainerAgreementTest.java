package io.sparkattention.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Agreement of explanations whose rankings are known. */
class ExplainerAgreementTest {
  private static final List<String> NAMES = List.of("token-ablation", "rollout", "attention-flow");

  @Test
  void meansAndIntervalsAreOverDocuments() {
    double[] rising = {1, 2, 3, 4};
    double[] falling = {4, 3, 2, 1};
    double[] constant = {1, 1, 1, 1};
    double[] sampled = {1, Double.NaN, 3, 4};
    ExplainerAgreement all = new ExplainerAgreement(NAMES);
    ExplainerAgreement some = new ExplainerAgreement(NAMES);
    ExplainerAgreement others = new ExplainerAgreement(NAMES);
    List<double[][]> documents =
        List.of(
            new double[][] {rising, rising, constant},
            new double[][] {sampled, falling, constant},
            new double[][] {sampled, rising, constant});
    for (int i = 0; i < 3; i++) {
      all.add(documents.get(i));
      (i == 1 ? some : others).add(documents.get(i));
    }
    some.merge(others);
    for (ExplainerAgreement agreement : List.of(all, some)) {
      assertThat(agreement.agreements()).hasSize(1); // constants rank nothing
      ExplainerAgreement.Agreement found = agreement.agreements().get(0);
      assertThat(found.first()).isEqualTo("token-ablation");
      assertThat(found.second()).isEqualTo("rollout");
      assertThat(found.correlation().count()).isEqualTo(3);
      assertThat(found.correlation().mean()).isCloseTo(1 / 3.0, within(1e-9));
      double half = 4.302652729911275 * Math.sqrt((1 - 1 / 9.0) / 2); // of 1, -1, 1; t of 2 degrees
      assertThat(found.correlation().low()).isCloseTo(1 / 3.0 - half, within(1e-9));
      assertThat(found.correlation().high()).isCloseTo(1 / 3.0 + half, within(1e-9));
    }
    ExplainerAgreement other = new ExplainerAgreement(List.of("rollout"));
    assertThatIllegalArgumentException().isThrownBy(() -> all.merge(other));
  }
}
