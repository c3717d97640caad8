package io.sparkattention.model;

import io.sparkattention.attention.Attended;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.Layout;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Dense attention that an encoder does not recognize, so that it is called between the halves.
 *
 * @param packed whether it takes packed batches
 */
record SeamAttention(boolean packed) implements Attention {

  private static final DenseAttention DENSE = new DenseAttention();

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return DENSE.unsupportedReasons(shape);
  }

  @Override
  public Set<Layout.Kind> layouts() {
    return packed ? EnumSet.allOf(Layout.Kind.class) : EnumSet.of(Layout.Kind.PADDED);
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
