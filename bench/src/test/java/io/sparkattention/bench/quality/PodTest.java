package io.sparkattention.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PodTest {

  @Test
  void readsFormattingCodesAlsoNestedAndWide() {
    assertThat(Pod.text("Use B<the I<good> one>, C<< a->b >> and C<<< x << y >>>."))
        .isEqualTo("Use the good one, a->b and x << y.");
  }

  @Test
  void readsLinksAndEscapes() {
    assertThat(Pod.text("See L<the guide|http://example.org/a> or L<other>: E<lt>IE<gt>.X<index>"))
        .isEqualTo("See the guide or other: <I>.");
  }

  @Test
  void dropsCommandsAndKeepsLabelsOfItems() {
    assertThat(Pod.text("=over 4\n\n=item * First\n\nText.\n\n=item Second\n\n=back"))
        .isEqualTo("First\n\nText.\n\nSecond");
  }
}
