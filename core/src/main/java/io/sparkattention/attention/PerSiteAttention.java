package io.sparkattention.attention;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Other mechanisms for the attentions of an encoder, of a decoder, and from the decoder to the
 * encoder, such as {@code per-site:encoder=[sink-window:window=512],cross=hepos}. Efficient
 * Attentions for Long Document Summarization (arXiv:2104.02112), which combines a mechanism of the
 * encoder with another one of cross attention.
 */
@Described(
    summary = "Other mechanisms for encoder, decoder and cross attention",
    source = "Efficient Attentions for Long Document Summarization, arXiv:2104.02112")
public record PerSiteAttention(
    @Default(value = "dense", means = "self-attention that reads both directions")
        Attention encoder,
    @Default(value = "dense", means = "self-attention that reads the past") Attention decoder,
    @Default(value = "dense", means = "attention from a decoder to what was encoded")
        Attention cross)
    implements Attention {

  private Composition composition() {
    Map<String, Attention> parts = new LinkedHashMap<>();
    parts.put("encoder", encoder);
    parts.put("decoder", decoder);
    parts.put("cross", cross);
    return new Composition(parts);
  }

  /** The mechanism of one kind of attention. */
  private Attention of(Site.Kind kind, Direction direction) {
    if (kind == Site.Kind.CROSS) {
      return cross;
    }
    return direction == Direction.CAUSAL ? decoder : encoder;
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return of(shape.kind(), shape.direction()).unsupportedReasons(shape);
  }

  @Override
  public Set<Layout.Kind> layouts() {
    return EnumSet.allOf(Layout.Kind.class);
  }

  @Override
  public boolean readsGlobals() {
    return composition().readsGlobals();
  }

  @Override
  public boolean readsSource() {
    return composition().readsSource();
  }

  @Override
  public boolean countsTokens() {
    return composition().countsTokens();
  }

  @Override
  public boolean exact() {
    return composition().exact();
  }

  @Override
  public Weighting weighting() {
    return composition().weighting();
  }

  @Override
  public Attention at(Site site, Direction direction) {
    return of(site.kind(), direction).at(site, direction);
  }

  @Override
  public Attended attend(AttentionInput input) {
    return Attentions.attend(at(input.site(), input.mask().direction()), input);
  }
}
