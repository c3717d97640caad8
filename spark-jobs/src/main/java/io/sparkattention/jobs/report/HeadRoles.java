package io.sparkattention.jobs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What heads seem to do, as far as the statistics that are there tell: the first rule that a head's
 * mean meets.
 *
 * @param rules those whose statistic is there, the one that is asked first in front
 * @param ofHeads for each head its role
 */
public record HeadRoles(List<Rule> rules, List<Role> ofHeads) {

  /**
   * A rule.
   *
   * @param name of the role
   * @param mark one letter that stands for it
   * @param column the statistic that it asks
   * @param unit of its numbers
   * @param least whether the mean must be at least, or at most, the threshold
   * @param threshold where the role begins
   * @param source where it comes from
   */
  public record Rule(
      String name,
      String mark,
      String column,
      String unit,
      Bound least,
      double threshold,
      String source) {}

  /** On which side of a threshold a role is. */
  public enum Bound {
    AT_LEAST,
    AT_MOST
  }

  /**
   * The role of a head.
   *
   * @param rule its place among the rules; -1 for a head that meets none
   * @param sure whether the whole interval of the mean meets the rule
   */
  public record Role(int rule, boolean sure) {}

  /** A rule before it is known which column it asks. */
  private record Known(
      String name, String mark, String columns, Bound least, double threshold, String source) {}

  private static final String PREVIOUS =
      "offset-share:from=-1,to=-1|offset_share_from_minus_1_to_minus_1";
  private static final String NEXT = "offset-share:from=1,to=1|offset_share_from_1_to_1";

  /** In the order in which they are asked: what is more special comes first. */
  private static final List<Known> KNOWN =
      List.of(
          new Known(
              "induction",
              "I",
              "induction.score.*lag=1,.*|induction.score",
              Bound.AT_LEAST,
              0.4,
              "arXiv:2209.11895"),
          new Known("retrieval", "R", "retrieval.score.*", Bound.AT_LEAST, 0.1, "arXiv:2404.15574"),
          new Known("previous token", "P", PREVIOUS, Bound.AT_LEAST, 0.5, "arXiv:1906.04341"),
          new Known("next token", "N", NEXT, Bound.AT_LEAST, 0.5, "arXiv:1906.04341"),
          new Known(
              "delimiter",
              "D",
              "category.share.of.delimiter",
              Bound.AT_LEAST,
              0.5,
              "arXiv:1906.04341"),
          new Known("sink", "S", "sink.rate.*", Bound.AT_LEAST, 0.3, "arXiv:2410.10781"),
          new Known("local", "L", "mean.distance.*", Bound.AT_MOST, 5, "arXiv:1906.04284"),
          new Known("broad", "B", "entropy.unit.relative", Bound.AT_LEAST, 0.9, "arXiv:1906.04341"),
          new Known("broad", "B", "entropy.*", Bound.AT_LEAST, Math.log(100), "arXiv:1906.04341"));

  /** The roles of heads, by what is known of their columns. */
  static HeadRoles of(List<StatisticColumn> columns, HeadNumbers numbers) {
    List<Rule> rules = rules(columns, numbers);
    List<Role> roles = new ArrayList<>();
    for (int head = 0; head < numbers.heads().size(); head++) {
      roles.add(role(rules, numbers.byHead(), head));
    }
    return new HeadRoles(rules, roles);
  }

  private static List<Rule> rules(List<StatisticColumn> columns, HeadNumbers numbers) {
    List<Rule> rules = new ArrayList<>();
    for (Known known : KNOWN) {
      boolean taken = rules.stream().anyMatch(rule -> rule.name().equals(known.name()));
      Optional<StatisticColumn> column =
          columns.stream()
              .filter(
                  each ->
                      Pattern.matches(known.columns(), each.spec())
                          || Pattern.matches(known.columns(), each.name()))
              .filter(each -> known.threshold() < 1 || !each.unit().equals("share"))
              .filter(each -> numbers.byHead().containsKey(each.name()))
              .findFirst();
      if (!taken && column.isPresent()) {
        rules.add(
            new Rule(
                known.name(),
                known.mark(),
                column.get().name(),
                column.get().unit(),
                known.least(),
                known.threshold(),
                known.source()));
      }
    }
    return rules;
  }

  private static Role role(List<Rule> rules, Map<String, List<MeanInterval>> byHead, int head) {
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      MeanInterval number = byHead.get(rule.column()).get(head);
      double sign = rule.least() == Bound.AT_LEAST ? 1 : -1;
      double above = sign * (number.mean() - rule.threshold());
      if (above >= 0) {
        return new Role(i, above >= number.margin()); // false where there is no margin
      }
    }
    return new Role(-1, true);
  }
}
