package io.sparkattention.bench.findings;

import static io.sparkattention.bench.findings.Claim.atLeast;
import static io.sparkattention.bench.findings.Claim.atMost;
import static io.sparkattention.bench.findings.Claim.negative;
import static io.sparkattention.bench.findings.Claim.positive;

import java.util.List;

/** All claims that are looked at, in the order of the page; rules were set before measuring. */
final class Claims {

  private static final String CLARK = "Clark et al. 2019, arXiv:1906.04341";
  private static final String KOBAYASHI = "Kobayashi et al. 2020, arXiv:2004.10102";
  private static final String MICHEL = "Michel, Levy and Neubig 2019, arXiv:1905.10650";
  private static final String SIGN = "Replicated if the whole interval of the difference is ";

  private Claims() {}

  static final List<Claim> ALL =
      List.of(
          new Claim(
              "neighbours",
              "Some heads attend to the next or the previous token",
              CLARK,
              "Replicated if documents have at least one head of each kind, partly if of one kind.",
              List.of(
                  Quantity.PREVIOUS_HEADS,
                  Quantity.NEXT_HEADS,
                  Quantity.PREVIOUS_TOP,
                  Quantity.NEXT_TOP,
                  Quantity.CURRENT_SHARE),
              Claims::neighbours),
          new Claim(
              "early-neighbours",
              "They stand in earlier layers",
              CLARK,
              SIGN + "below 0.",
              List.of(Quantity.NEIGHBOURS_RISE),
              negative(Quantity.NEIGHBOURS_RISE)),
          new Claim(
              "delimiters",
              "Over half of the attention of the middle layers goes to [SEP]",
              CLARK,
              "Replicated if the middle layers give [SEP] at least half, partly if they give it"
                  + " at least a tenth, and more than the other layers do.",
              List.of(
                  Quantity.LAST_MIDDLE,
                  Quantity.LAST_OTHERS,
                  Quantity.LAST_LESS_OTHERS,
                  Quantity.LAST_PIECES,
                  Quantity.FIRST_SHARE),
              Claims::delimiters),
          new Claim(
              "punctuation",
              "Deep layers attend to punctuation",
              CLARK,
              SIGN + "above 0.",
              List.of(Quantity.PUNCTUATION_RISE),
              positive(Quantity.PUNCTUATION_RISE)),
          new Claim(
              "contributions",
              "Special tokens add less than their weights say",
              KOBAYASHI,
              SIGN + "below 0.",
              List.of(
                  Quantity.SPECIAL_WEIGHTS,
                  Quantity.SPECIAL_CONTRIBUTIONS,
                  Quantity.SPECIAL_DIFFERENCE),
              negative(Quantity.SPECIAL_DIFFERENCE)),
          new Claim(
              "sinks",
              "In BERT, [SEP] is the sink rather than the first token",
              "Clark et al. 2019, arXiv:1906.04341; for decoders Gu et al. 2024, arXiv:2410.10781",
              SIGN + "above 0.",
              List.of(Quantity.FIRST_SINKS, Quantity.LAST_SINKS, Quantity.SINKS_DIFFERENCE),
              positive(Quantity.SINKS_DIFFERENCE)),
          new Claim(
              "other-sinks",
              "There are sinks beside the first token",
              "Yu et al. 2024 (ACT), arXiv:2406.15765",
              "Replicated if a head has at least one, [SEP] left aside.",
              List.of(Quantity.OTHER_SINKS),
              atLeast(Quantity.OTHER_SINKS, 1, Double.POSITIVE_INFINITY)),
          new Claim(
              "basin",
              "The ends of a text receive more than its middle",
              "Attention Basin, arXiv:2508.05128",
              "Replicated if the whole interval is above 0.",
              List.of(Quantity.BASIN),
              positive(Quantity.BASIN)),
          new Claim(
              "entropy",
              "Broad heads stand in lower layers",
              CLARK,
              SIGN + "below 0.",
              List.of(Quantity.ENTROPY_RISE, Quantity.ENTROPY, Quantity.BROAD_HEADS),
              negative(Quantity.ENTROPY_RISE)),
          new Claim(
              "distance",
              "Deeper layers look farther",
              "Vig and Belinkov 2019, arXiv:1906.04284",
              SIGN + "above 0.",
              List.of(Quantity.DISTANCE_RISE, Quantity.DISTANCE, Quantity.LOCAL_SHARE),
              positive(Quantity.DISTANCE_RISE)),
          new Claim(
              "clusters",
              "Heads of one layer attend alike",
              CLARK,
              SIGN + "above 0.",
              List.of(Quantity.LAYERS_DIFFERENCE, Quantity.WITHIN_LAYER, Quantity.BETWEEN_LAYERS),
              positive(Quantity.LAYERS_DIFFERENCE)),
          new Claim(
              "needless",
              "Most heads can be left out one at a time",
              MICHEL,
              "Replicated if at least half of the heads move the embedding by at most 1 %, partly"
                  + " if a fifth.",
              List.of(Quantity.NEEDLESS_HEADS),
              atLeast(Quantity.NEEDLESS_HEADS, 0.5, 0.2)),
          new Claim(
              "removable",
              "Some 40 % of the heads can go together",
              MICHEL,
              "Replicated if at least 40 % can go at a loss of 1 %, partly if 20 %.",
              List.of(Quantity.REMOVABLE_HEADS),
              atLeast(Quantity.REMOVABLE_HEADS, 0.4, 0.2)),
          new Claim(
              "confidence",
              "Confident heads are those that a model needs",
              "Voita et al. 2019, arXiv:1905.09418",
              "Replicated if the whole interval is above 0.",
              List.of(Quantity.CONFIDENCE_AGREEMENT),
              positive(Quantity.CONFIDENCE_AGREEMENT)),
          new Claim(
              "outputs",
              "Some 60 % of the directions hold 99 % of attention outputs",
              "Wang et al. 2025, arXiv:2508.16929",
              "Replicated at up to 70 % of a head's size, partly up to 85 %.",
              List.of(Quantity.OUTPUT_DIMENSIONS, Quantity.LOGIT_RANK),
              model -> dimensions(model, Quantity.OUTPUT_DIMENSIONS, 0.7, 0.85)),
          new Claim(
              "keys",
              "Some 80 of 128 directions hold 90 % of keys",
              "Loki, arXiv:2406.02542",
              "Replicated at up to 70 % of a head's size, partly up to 85 %.",
              List.of(Quantity.KEY_DIMENSIONS),
              model -> dimensions(model, Quantity.KEY_DIMENSIONS, 0.7, 0.85)),
          new Claim(
              "sparsity",
              "Few keys hold nearly all weight",
              "H2O, arXiv:2306.14048 (over 95 % of a decoder's weights are nearly 0)",
              "Replicated if 95 % of the weight lies on at most a tenth of the keys, partly if on"
                  + " half.",
              List.of(Quantity.COVERAGE, Quantity.COVERAGE_SPREAD, Quantity.TOP_SIXTEEN),
              atMost(Quantity.COVERAGE, 0.1, 0.5)),
          new Claim(
              "massive-keys",
              "Without rotary positions, no dimension of queries and keys is massive",
              "Jin et al. 2025, arXiv:2502.01563",
              "Replicated if heads have less than a tenth of such a dimension, partly if less than"
                  + " one.",
              List.of(Quantity.MASSIVE_KEYS, Quantity.MASSIVE_QUERIES, Quantity.MASSIVE_VALUES),
              Claims::massiveKeys),
          new Claim(
              "massive-activations",
              "A few activations are massive",
              "Sun et al. 2024, arXiv:2402.17762",
              "Replicated if documents have at least one.",
              List.of(Quantity.MASSIVE_ACTIVATIONS),
              atLeast(Quantity.MASSIVE_ACTIVATIONS, 1, Double.POSITIVE_INFINITY)),
          new Claim(
              "retrieval",
              "Few heads are retrieval heads: less than 5 %",
              "Wu et al. 2024, arXiv:2404.15574",
              "Replicated if there are any and less than 5 %. No interval: the texts are the"
                  + " model's own.",
              List.of(Quantity.RETRIEVAL_HEADS, Quantity.RETRIEVAL_TOP),
              Claims::retrieval),
          new Claim(
              "induction",
              "Some heads look at what followed the same word before",
              "Olsson et al. 2022, arXiv:2209.11895",
              "Replicated if the highest score is at least 0.4, partly at 0.1. No interval either.",
              List.of(Quantity.INDUCTION_TOP),
              atLeast(Quantity.INDUCTION_TOP, 0.4, 0.1)),
          new Claim(
              "explanations",
              "Attention hardly correlates with what an output depends on",
              "Jain and Wallace 2019, arXiv:1902.10186; Neely et al. 2022, arXiv:2205.04559",
              "Replicated if the correlation with hiding the token is below 0.3, partly below 0.5.",
              List.of(
                  Quantity.RECEIVED_AGREEMENT,
                  Quantity.ROLLOUT_AGREEMENT,
                  Quantity.CONTRIBUTION_AGREEMENT),
              atMost(Quantity.RECEIVED_AGREEMENT, 0.3, 0.5)),
          new Claim(
              "rollout",
              "Rollout correlates better than weights",
              "Abnar and Zuidema 2020, arXiv:2005.00928",
              SIGN + "above 0.",
              List.of(Quantity.ROLLOUT_LESS_RECEIVED),
              positive(Quantity.ROLLOUT_LESS_RECEIVED)),
          new Claim(
              "summands",
              "Weights times lengths of values correlate better than weights",
              KOBAYASHI,
              SIGN + "above 0.",
              List.of(Quantity.CONTRIBUTION_LESS_RECEIVED),
              positive(Quantity.CONTRIBUTION_LESS_RECEIVED)),
          new Claim(
              "topics",
              "Words attend to words of their topic",
              "Li, Li and Risteski 2023, arXiv:2303.04245",
              "Replicated if the whole interval is above 0.",
              List.of(Quantity.TOPIC_GAP),
              positive(Quantity.TOPIC_GAP)));

  private static Verdict neighbours(Numbers model) {
    boolean previous = model.above(Quantity.PREVIOUS_HEADS, 1);
    boolean next = model.above(Quantity.NEXT_HEADS, 1);
    return previous && next
        ? Verdict.REPLICATED
        : previous || next ? Verdict.PARTLY : Verdict.CONTRADICTED;
  }

  private static Verdict delimiters(Numbers model) {
    return model.above(Quantity.LAST_MIDDLE, 0.5)
        ? Verdict.REPLICATED
        : model.above(Quantity.LAST_MIDDLE, 0.1) && model.above(Quantity.LAST_LESS_OTHERS, 0)
            ? Verdict.PARTLY
            : Verdict.CONTRADICTED;
  }

  private static Verdict dimensions(Numbers model, Quantity of, double all, double partly) {
    double size = model.model().equals("bert-base") ? 64 : 32;
    return atMost(of, all * size, partly * size).apply(model);
  }

  private static Verdict massiveKeys(Numbers model) {
    boolean none =
        model.below(Quantity.MASSIVE_KEYS, 0.1) && model.below(Quantity.MASSIVE_QUERIES, 0.1);
    boolean few = model.below(Quantity.MASSIVE_KEYS, 1) && model.below(Quantity.MASSIVE_QUERIES, 1);
    return none ? Verdict.REPLICATED : few ? Verdict.PARTLY : Verdict.CONTRADICTED;
  }

  private static Verdict retrieval(Numbers model) {
    boolean any = model.above(Quantity.RETRIEVAL_HEADS, Double.MIN_VALUE);
    return any && model.below(Quantity.RETRIEVAL_HEADS, 0.05)
        ? Verdict.REPLICATED
        : Verdict.CONTRADICTED;
  }
}
