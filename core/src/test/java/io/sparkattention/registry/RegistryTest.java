package io.sparkattention.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** A spec that cannot be used is told with every reason. */
class RegistryTest {

  @Described(summary = "A window", source = "none")
  record Window(
      @Default("8") int size, @Default("1") double scale, @Default("false") boolean wide) {
    Window {
      if (size < 1) {
        throw new IllegalArgumentException("size must be at least 1, but is " + size);
      }
    }
  }

  @Described(summary = "Needs its option", source = "none")
  record Bare(int width) {}

  private static final Registry<Record> REGISTRY =
      new Registry<Record>("shape").add("bare", Bare.class).add("window", Window.class);

  @Test
  void aSpecMakesItsRecord() {
    assertThat(REGISTRY.parse("window:size=3")).isEqualTo(new Window(3, 1, false));
    assertThat(REGISTRY.format(new Window(3, 1, true)))
        .isEqualTo("window:size=3,scale=1.0,wide=true");
  }

  @Test
  void unknownOptionsAndRefusedValuesAreToldTogether() {
    assertThatThrownBy(() -> REGISTRY.parse("window:size=0,foo=1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "shape 'window:size=0,foo=1' cannot be used: it has no option 'foo': use size, scale,"
                + " wide; size must be at least 1, but is 0");
  }

  @Test
  void valuesThatDoNotParseHideNoneThatAreRefused() {
    assertThatThrownBy(() -> REGISTRY.parse("window:size=-2,scale=big,wide=maybe,sice=1"))
        .hasMessageContaining("it has no option 'sice' (did you mean 'size'?)")
        .hasMessageContaining("option 'scale': 'big' is not a number")
        .hasMessageContaining("option 'wide': 'maybe' is neither true nor false")
        .hasMessageContaining("size must be at least 1, but is -2");
    assertThatThrownBy(() -> REGISTRY.parse("bare:height=1"))
        .hasMessageContaining("it has no option 'height'")
        .hasMessageContaining("option 'width' must be set");
  }

  @Test
  void anUnknownNameIsToldWithTheNearest() {
    assertThatThrownBy(() -> REGISTRY.parse("windows"))
        .hasMessage("unknown shape 'windows' (did you mean 'window'?): use one of bare, window");
    assertThatThrownBy(() -> REGISTRY.parse("magic"))
        .hasMessage("unknown shape 'magic': use one of bare, window");
  }
}
