package io.sparkattention.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.weights.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordIdsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> PARTS =
      List.of(
          " ",
          "  ",
          "\n",
          "\t",
          "\r\n",
          ".",
          ", ",
          "? ",
          "-",
          "'s ",
          " '",
          "(",
          ") ",
          "\"",
          "the ",
          "Seven",
          "united states",
          "1,000.5 ",
          "Ünïcödé ",
          "e\u0301 \u0301x ",
          "ﬁne ",
          "漢字 ",
          "かな",
          "한국어 말 ",
          "שלום עולם ",
          "مرحبا بك ",
          "ไทย ",
          "हिन्दी में ",
          "😀 ",
          "👩‍👩‍👧 a ",
          "a\u00a0b ",
          "[SEP]",
          "[MASK] x ",
          "<s>",
          "<mask> ",
          "ΣΑΣ ΟΔΟΣ ",
          "İstanbul ",
          "\u200bzero ",
          "\u0000 ");

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "xlm-roberta", "mpnet", "minilm", "e5-small"})
  void readsTextsAsTheTokenizerDoes(String model) throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (Tokenizer tokenizer = Tokenizer.open(directory(model))) {
      for (int i = 0; i < 400; i++) {
        String text =
            IntStream.range(0, random.nextInt(60))
                .mapToObj(k -> PARTS.get(random.nextInt(PARTS.size())))
                .collect(Collectors.joining());
        assertThat(tokenizer.encodeContentIds(text).ids())
            .as("seed %d, text '%s'", seed, text)
            .containsExactly(tokenizer.encodeContent(text).ids());
      }
    }
  }

  @Test
  void readsTheExampleCorpusAsTheTokenizerDoes() throws IOException {
    Path corpus = Path.of("..", "examples", "corpus", "passages.jsonl");
    try (Tokenizer tokenizer = Tokenizer.open(TestModels.directory("minilm"))) {
      for (String line : Files.readAllLines(corpus)) {
        String text = JSON.readTree(line).path("text").asText();
        assertThat(tokenizer.encodeContentIds(text).ids())
            .as(text)
            .containsExactly(tokenizer.encodeContent(text).ids());
      }
    }
  }

  @Test
  void asksForAShortWordOnce() {
    AtomicInteger asked = new AtomicInteger();
    WordIds words = counting(asked);
    String longWord = "w".repeat(40);
    List<int[]> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ids.add(words.of("one two one " + longWord));
    }
    assertThat(asked).hasValue(3 + 3); // "one", " two", " one"; the long word each time
    assertThat(ids.get(0)).containsExactly(3, 3, 3, 40);
    assertThat(ids.get(2)).containsExactly(3, 3, 3, 40);
  }

  @Test
  void startsAnewWhenItKnowsTooManyWords() {
    AtomicInteger asked = new AtomicInteger();
    WordIds words = counting(asked);
    words.of("first");
    IntStream.range(0, 70_000).forEach(i -> words.of("w" + i));
    int before = asked.get();
    assertThat(words.of("first")).containsExactly(5);
    assertThat(asked).hasValue(before + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'pre_tokenizer':{'type':'ByteLevel','use_regex':false}}",
        "{'pre_tokenizer':{'type':'Metaspace','split':false}}",
        "{'pre_tokenizer':{'type':'Punctuation'}}",
        "{'pre_tokenizer':{'type':'WhitespaceSplit'},'added_tokens':[{'content':'two words'}]}"
      })
  void doesNotSuitATokenizerThatReadsAcrossSpaces(String tokenizer) throws IOException {
    assertThat(WordIds.suit(JSON.readTree(tokenizer.replace('\'', '"')))).isFalse();
  }

  /** A tokenizer whose only id for a word is its length, where spaces are dropped. */
  private static WordIds counting(AtomicInteger asked) {
    TextPieces pieces = new TextPieces(text -> text.chars().filter(c -> c > ' ').boxed().toList());
    return new WordIds(
        pieces,
        word -> {
          asked.incrementAndGet();
          return new int[] {word.strip().length()};
        });
  }

  private static Path directory(String model) throws IOException {
    Path golden = Path.of("src", "test", "resources", "golden", model);
    return Files.isDirectory(golden) ? golden : TestModels.directory(model);
  }
}
