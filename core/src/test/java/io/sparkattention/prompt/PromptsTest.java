package io.sparkattention.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PromptsTest {

  /** A released prompt never changes: write a new version instead. */
  private static final Map<String, String> RELEASED =
      Map.of(
          "listwise/v1",
          "165a5664893867c57f34e45cdc5d0bf77387297cfcb3b8a12629d94e65a98cfb",
          "listwise/v2",
          "6785843292465cfeafcb7f2e4c84be5a8c4d61e40e1b7118d8f0adabc64b6fd0",
          "merge-summaries/v1",
          "30fc26eb263971cf77535dd48b1c9820472dcfb011a04577d5ce073d140eb9ae",
          "mono-t5/v1",
          "1078a59ce08d1f457c94e7478328cc7b3b05a20192392be7c3c8a1e288dec928",
          "summarize/v1",
          "39ef6d35165a5c1f7b317ce5f3ac9667f5db4a01e78f60f2a658cd1ed9657ecd",
          "update-summary/v1",
          "6377b1a81112778bf13bac8f8ca9e06607e49d0c6c6342d2c13d906adee1ed11",
          "yes-no/v1",
          "0fe1270209d5fcb4400ae31bb185f67d108245e8a700dd596cef1c24d16113c4");

  @Test
  void releasedPromptsNeverChange() {
    Map<String, String> found = new TreeMap<>();
    Prompts.names().forEach(name -> found.put(name, Prompts.load(name).sha256()));
    assertThat(found).containsExactlyInAnyOrderEntriesOf(RELEASED);
  }

  @Test
  void theIndexNamesEveryFile() throws IOException, URISyntaxException {
    Path folder = Path.of(Prompts.class.getResource("prompts.txt").toURI()).getParent();
    try (Stream<Path> files = Files.walk(folder)) {
      List<String> names =
          files
              .filter(file -> file.getFileName().toString().matches("v\\d+\\.txt"))
              .map(file -> folder.relativize(file).toString().replace(".txt", ""))
              .sorted()
              .toList();
      assertThat(Prompts.names()).isEqualTo(names);
    }
  }

  @Test
  void strategiesFillWhatTheyHold() {
    Prompts.load("yes-no/v1").requirePlaceholders("query", "passage");
    Prompts.load("mono-t5/v1").requirePlaceholders("query", "passage");
    Prompts.load("listwise/v2")
        .requirePlaceholders("query", "passages", "count")
        .requirePart("passage", "number", "passage");
    Prompts.load("listwise/v1")
        .requirePlaceholders("query", "passages", "count")
        .requirePart("passage", "number", "passage");
    Prompts.load("summarize/v1").requirePlaceholders("text", "words");
    Prompts.load("merge-summaries/v1").requirePlaceholders("summaries", "words");
    Prompts.load("update-summary/v1").requirePlaceholders("summary", "text", "words");
    assertThat(Prompts.load("mono-t5/v1").text(Map.of("query", "q", "passage", "p")))
        .isEqualTo("Query: q Document: p Relevant:");
  }

  @Test
  void anUnknownNameListsThoseThatExist() {
    assertThatThrownBy(() -> Prompts.load("yes-no"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown prompt 'yes-no' (did you mean 'yes-no/v1'?): use one of")
        .hasMessageContaining("listwise/v1, listwise/v2, merge-summaries/v1, mono-t5/v1");
  }
}
