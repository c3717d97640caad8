package io.sparkattention.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Roles are found by what was asked for, and by the names of columns where that is not known. */
class HeadRolesTest {

  private static String role(String column, String spec) {
    StatisticColumn known = new StatisticColumn(column, spec, "share", 0.0, 1.0, "", "");
    List<MeanInterval> means = List.of(new MeanInterval(9, 0.8, 0.1));
    HeadNumbers numbers =
        new HeadNumbers(
            List.of(new HeadNumbers.Head(0, 0)), Map.of(column, means), List.of(), Map.of());
    HeadRoles roles = HeadRoles.of(List.of(known), numbers);
    int rule = roles.ofHeads().get(0).rule();
    return rule < 0 ? "none" : roles.rules().get(rule).name();
  }

  @Test
  void offsetsAreFoundBySpecAndByColumn() {
    String previous = "offset_share_from_minus_1_to_minus_1";
    String next = "offset_share_from_1_to_1";
    assertThat(role(previous, "offset-share:from=-1,to=-1")).isEqualTo("previous token");
    assertThat(role(previous, previous)).isEqualTo("previous token");
    assertThat(role(next, "offset-share:from=1,to=1")).isEqualTo("next token");
    assertThat(role(next, next)).isEqualTo("next token");
    assertThat(role("offset_share_from_1_to_16", "offset_share_from_1_to_16")).isEqualTo("none");
  }
}
