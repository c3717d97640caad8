package io.sparkattention.attention;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Another mechanism in some layers, such as {@code per-layer:0-3=dense,4-11=[sink-window:sinks=4]}.
 * MASFormer (arXiv:2310.12442), which keeps full attention in a few layers. Layers that are not
 * named are dense, which stands for what a model was trained with; {@code 4-} names all from the
 * fifth on. The layers of an encoder and of a decoder are counted from 0 each.
 */
@Described(
    summary = "Another mechanism in some layers, dense in the others",
    source = "MASFormer, arXiv:2310.12442")
public record PerLayerAttention(
    @Default(
            value = "dense",
            means =
                "the mechanism of a layer or of several, such as 4-11=[sink-window:window=512];"
                    + " 4- names all from layer 4 on")
        Map<String, Attention> layers)
    implements Attention {

  /**
   * @param layers by ranges such as {@code 0-3}
   */
  public PerLayerAttention {
    OptionCheck check = new OptionCheck();
    Map<LayerRange, Attention> ranges = new LinkedHashMap<>();
    layers.forEach(
        (text, mechanism) -> {
          try {
            LayerRange range = LayerRange.parse(text);
            ranges.keySet().stream()
                .filter(other -> other.from() <= range.to() && range.from() <= other.to())
                .forEach(other -> check.problem(range + " and " + other + " share layers"));
            ranges.put(range, mechanism);
          } catch (IllegalArgumentException e) {
            check.problem(e.getMessage());
          }
        });
    Map<String, Attention> sorted = new LinkedHashMap<>();
    ranges.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(Comparator.comparingInt(LayerRange::from)))
        .forEach(entry -> sorted.put(entry.getKey().toString(), entry.getValue()));
    layers = Collections.unmodifiableMap(sorted);
    check.done();
  }

  /** A mechanism for each layer, from the first on. */
  public static PerLayerAttention of(List<? extends Attention> layers) {
    Map<String, Attention> byLayer = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      byLayer.put(Integer.toString(i), layers.get(i));
    }
    return new PerLayerAttention(byLayer);
  }

  /** The mechanisms by the layers they serve; dense where there are layers without one. */
  private static Composition composition(Map<String, Attention> layers) {
    Map<String, Attention> parts = new LinkedHashMap<>();
    layers.forEach((range, mechanism) -> parts.put("layers " + range, mechanism));
    int covered = 0;
    for (String range : layers.keySet()) {
      LayerRange next = LayerRange.parse(range);
      covered = next.from() == covered ? next.to() + 1 : covered;
    }
    if (covered >= 0) { // one more than the largest number is negative
      parts.put("other layers", new DenseAttention());
    }
    return new Composition(parts);
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return composition(layers).unsupportedReasons(shape);
  }

  @Override
  public Set<Layout.Kind> layouts() {
    return EnumSet.allOf(Layout.Kind.class);
  }

  @Override
  public boolean readsGlobals() {
    return composition(layers).readsGlobals();
  }

  @Override
  public boolean readsSource() {
    return composition(layers).readsSource();
  }

  @Override
  public boolean countsTokens() {
    return composition(layers).countsTokens();
  }

  @Override
  public boolean exact() {
    return composition(layers).exact();
  }

  @Override
  public Weighting weighting() {
    return composition(layers).weighting();
  }

  @Override
  public Attention at(Site site, Direction direction) {
    return layers.entrySet().stream()
        .filter(entry -> LayerRange.parse(entry.getKey()).contains(site.layer()))
        .map(Map.Entry::getValue)
        .findFirst()
        .<Attention>map(mechanism -> mechanism.at(site, direction))
        .orElseGet(DenseAttention::new);
  }

  @Override
  public Attended attend(AttentionInput input) {
    return Attentions.attend(at(input.site(), input.mask().direction()), input);
  }
}
