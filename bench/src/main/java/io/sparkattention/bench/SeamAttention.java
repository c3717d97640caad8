package io.sparkattention.bench;

import io.sparkattention.attention.Attended;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.Layout;
import io.sparkattention.registry.Described;
import java.util.List;
import java.util.Set;

/**
 * Dense attention that a model does not recognize as such, so that it is called through the seam
 * between the two halves of each layer: what every other mechanism pays.
 */
@Described(summary = "Dense attention called through the seam", source = "this benchmark")
public record SeamAttention() implements Attention {

  private static final DenseAttention DENSE = new DenseAttention();

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return DENSE.unsupportedReasons(shape);
  }

  @Override
  public Set<Layout.Kind> layouts() {
    return DENSE.layouts();
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
