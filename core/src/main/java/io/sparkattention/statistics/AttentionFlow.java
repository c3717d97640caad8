package io.sparkattention.statistics;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.statistics.matrix.HeadAverage;
import io.sparkattention.statistics.matrix.LayeredFlow;
import java.util.EnumSet;
import java.util.Set;

/**
 * How much of an output can come from each token through all layers, if no edge between layers
 * carries more than its weight: the maximum flow between two nodes of the layered graph with
 * capacities ½A + ½I, A averaged over heads. Abnar and Zuidema 2020 (arXiv:2005.00928).
 *
 * <p>Token: its flow, from 0 to 1; flows do not share capacities, so they need not add up to 1.
 * There are no numbers of heads and documents. Each token keeps the edges to the {@code edges}
 * tokens that it attends to most and to itself; leaving edges out can only lower a flow. One flow
 * is computed for each token, some seconds for 512 tokens in 12 layers.
 *
 * @param from the output that is traced
 * @param edges of each token of a layer, beside that to itself
 */
@Described(
    summary = "How much of an output can come from each token through all layers: maximum flow",
    source = "Abnar and Zuidema 2020, arXiv:2005.00928")
public record AttentionFlow(
    @Default(value = "first", means = "output that is traced: first or last") From from,
    @Default(value = "16", means = "edges that each token keeps, the heaviest") int edges)
    implements LayersStatistic {

  /** The output that is traced. */
  public enum From {
    FIRST,
    LAST
  }

  public AttentionFlow {
    new OptionCheck().atLeast(1, "edges", edges).done();
  }

  @Override
  public StatisticClass statisticClass() {
    return StatisticClass.BOUNDED;
  }

  @Override
  public ValueScale scale(StatisticLevel level) {
    return ValueScale.share();
  }

  @Override
  public boolean explains(StatisticLevel level) {
    return true;
  }

  @Override
  public String caveat() {
    return "What can flow from a token does not show that it decides the output, since values,"
        + " projections and feed-forward layers are left out: read it beside the correlation with"
        + " token-ablation";
  }

  @Override
  public Set<StatisticLevel> levels() {
    return EnumSet.of(StatisticLevel.TOKEN);
  }

  @Override
  public Findings findings(ObservedLayers layers) {
    float[][][] averages = new float[layers.layers()][][]; // [layer][query][key]
    for (int layer = 0; layer < averages.length; layer++) {
      averages[layer] = HeadAverage.of(layers.weights(layer));
    }
    LayeredFlow flow = new LayeredFlow(averages, edges);
    return Findings.ofTokens(flow.to(from == From.FIRST ? 0 : layers.length() - 1));
  }
}
