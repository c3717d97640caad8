package io.sparkattention.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NestedSpecTest {

  interface Shape {}

  enum Colour {
    RED,
    DARK_BLUE
  }

  @Described(summary = "A circle", source = "this test")
  record Circle(
      @Default("1") int radius, @Default("0.5") double line, @Default("red") Colour colour)
      implements Shape {
    Circle {
      if (radius < 0) {
        throw new IllegalArgumentException("radius must be at least 0, but is " + radius);
      }
    }
  }

  @Described(summary = "A point", source = "this test")
  record Point() implements Shape {}

  @Described(summary = "Shapes side by side", source = "this test")
  record Row(
      @Default("[point,[circle:radius=2]]") List<Shape> of,
      @Default("[]") List<Integer> gaps,
      @Default("[]") List<Double> heights)
      implements Shape {}

  @Described(summary = "A shape in a frame", source = "this test")
  record Frame(@Default("row") Shape inner, @Default("wood") String material) implements Shape {}

  private static final Registry<Shape> SHAPES =
      new Registry<Shape>("shape")
          .add("circle", Circle.class)
          .add("frame", Frame.class)
          .add("point", Point.class)
          .add("row", Row.class);

  @Test
  void specsNestInBrackets() {
    Circle big = new Circle(7, 0.25, Colour.DARK_BLUE);
    assertThat(SHAPES.parse("frame:inner=[circle:radius=7,line=0.25,colour=dark-blue]"))
        .isEqualTo(new Frame(big, "wood"));
    assertThat(SHAPES.parse("frame:inner=circle:radius=3"))
        .isEqualTo(new Frame(new Circle(3, 0.5, Colour.RED), "wood"));
    assertThat(SHAPES.parse("frame:inner=point,material=steel"))
        .isEqualTo(new Frame(new Point(), "steel"));
    assertThat(SHAPES.parse("row:of=[[circle:radius=7,line=0.25,colour=dark-blue],point]"))
        .isEqualTo(new Row(List.of(big, new Point()), List.of(), List.of()));
    assertThat(SHAPES.parse("row:of=[frame:inner=[row:of=point]],gaps=[1, 2],heights=3"))
        .isEqualTo(
            new Row(
                List.of(new Frame(new Row(List.of(new Point()), List.of(), List.of()), "wood")),
                List.of(1, 2),
                List.of(3.0)));
  }

  @Test
  void listsWithDefaultsAndWithoutItems() {
    assertThat(SHAPES.parse("row"))
        .isEqualTo(
            new Row(List.of(new Point(), new Circle(2, 0.5, Colour.RED)), List.of(), List.of()));
    assertThat(SHAPES.parse("row:of=[]")).isEqualTo(new Row(List.of(), List.of(), List.of()));
    assertThat(SHAPES.format(SHAPES.parse("row:of=[point,[circle:radius=2,line=1]]")))
        .isEqualTo("row:of=[point,[circle:radius=2,line=1.0,colour=red]],gaps=[],heights=[]");
  }

  @RepeatedTest(50)
  void formatIsParsedBack(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    Shape shape = shape(random, 4);
    assertThat(SHAPES.parse(SHAPES.format(shape))).isEqualTo(shape);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cube | unknown shape 'cube': use one of circle, frame, point, row",
        "frame:inner=cube | option 'inner': unknown shape 'cube'",
        "row:of=[point,cube,[circle:radius=x,line=y]]"
            + " | option 'of': item 2: unknown shape 'cube': use one of circle, frame, point, row;"
            + " item 3: shape 'circle:radius=x,line=y' cannot be used: option 'radius': 'x' is not"
            + " a whole number; option 'line': 'y' is not a number",
        "row:gaps=[1,x,2.5] | item 2: 'x' is not a whole number; item 3: '2.5' is not a whole",
        "row:of=[circle:radius=-3]"
            + " | item 1: shape 'circle:radius=-3' cannot be used: radius must be at least 0",
        "row:of=[circle:radius=1,line=2] | item 2: 'line=2' is no spec but an option: put a spec",
        "row:of=[[point] | brackets do not match in 'of=[[point]'",
        "row:of=point] | brackets do not match",
        "row:of= | 'of=' in 'row:of=' is not key=value",
        "point:size=1 | it has no option 'size': it has none",
      })
  void problemsNest(String spec, String message) {
    assertThatThrownBy(() -> SHAPES.parse(spec))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void optionsTellWhatTheyHold() {
    List<Registry.Option> options = SHAPES.entries().get(3).options();
    assertThat(options.get(0))
        .isEqualTo(
            new Registry.Option("of", List.class, Shape.class, "[point,[circle:radius=2]]", ""));
    assertThat(options.get(1).itemType()).isEqualTo(Integer.class);
    assertThat(SHAPES.entries().get(1).options().get(0).itemType()).isNull();
  }

  private static Shape shape(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 2 : 4)) {
      case 0 -> new Point();
      case 1 ->
          new Circle(random.nextInt(9), random.nextDouble(), Colour.values()[random.nextInt(2)]);
      case 2 -> new Frame(shape(random, depth - 1), random.nextBoolean() ? "steel" : "oak:dark,x");
      default -> {
        List<Shape> shapes = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          shapes.add(shape(random, depth - 1));
        }
        yield new Row(shapes, List.of(random.nextInt()), List.of(random.nextGaussian(), 1.0));
      }
    };
  }
}
