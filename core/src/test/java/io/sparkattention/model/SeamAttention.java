package io.sparkattention.model;

import io.sparkattention.attention.Attended;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.Layout;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Dense attention that an encoder does not recognize as such, so that it is called through the seam
 * between the halves of each layer: what every other mechanism pays.
 *
 * @param layout {@code PACKED} takes batches as they come, {@code PADDED} only padded ones
 */
@Described(summary = "Dense attention called through the seam", source = "this project's tests")
public record SeamAttention(
    @Default(value = "packed", means = "padded if batches are to be padded") Layout.Kind layout)
    implements Attention {

  private static final DenseAttention DENSE = new DenseAttention();

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return DENSE.unsupportedReasons(shape);
  }

  @Override
  public Set<Layout.Kind> layouts() {
    return EnumSet.of(Layout.Kind.PADDED, layout);
  }

  @Override
  public boolean exact() {
    return true;
  }

  @Override
  public Attended attend(AttentionInput input) {
    return DENSE.attend(input);
  }
}
