package io.sparkattention.attention;

import io.sparkattention.attention.Layout.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A mechanism that changes what another one is asked, or what it answers. */
public interface Hook extends Attention {

  /** The mechanism that attends. */
  Attention of();

  @Override
  default List<String> unsupportedReasons(AttentionShape shape) {
    return of().unsupportedReasons(shape);
  }

  @Override
  default Set<Kind> layouts() {
    return EnumSet.of(Kind.PADDED);
  }

  @Override
  default boolean readsGlobals() {
    return of().readsGlobals();
  }

  @Override
  default boolean readsSource() {
    return of().readsSource();
  }

  @Override
  default boolean countsTokens() {
    return of().countsTokens();
  }

  @Override
  default Weighting weighting() {
    return of().weighting();
  }
}
