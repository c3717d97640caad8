package io.sparkattention.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.sparkattention.weights.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {

  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() throws IOException {
    tokenizer = Tokenizer.open(TestModels.directory("minilm"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void putsSpecialTokensAroundAText() {
    Tokens tokens = tokenizer.encode("hello world");
    assertThat(tokens.ids()).containsExactly(101, 7592, 2088, 102);
    assertThat(tokens.typeIds()).containsExactly(0, 0, 0, 0);
    assertThat(tokens.starts()).containsExactly(-1, 0, 6, -1);
    assertThat(tokens.ends()).containsExactly(-1, 5, 11, -1);
    assertThat(tokens.content().ids()).containsExactly(7592, 2088);
    assertThat(tokenizer.decode(tokens.ids())).isEqualTo("hello world");
  }

  @Test
  void putsSpecialTokensAroundAPair() {
    Tokens pair = tokenizer.encodePair("hello", "big world");
    assertThat(pair.ids()).containsExactly(101, 7592, 102, 2502, 2088, 102);
    assertThat(pair.typeIds()).containsExactly(0, 0, 0, 1, 1, 1);
    assertThat(pair.starts()).containsExactly(-1, 0, -1, 0, 4, -1);
  }

  @Test
  void knowsSpecialTokens() {
    SpecialTokens special = tokenizer.specialTokens();
    assertThat(special.cls()).hasValue(101);
    assertThat(special.sep()).hasValue(102);
    assertThat(special.pad()).hasValue(0);
    assertThat(special.mask()).hasValue(103);
    assertThat(special.unk()).hasValue(100);
    assertThat(tokenizer.template().specialTokenCount()).isEqualTo(2);
    assertThat(tokenizer.template().pairSpecialTokenCount()).isEqualTo(3);
  }

  @Test
  void neitherTruncatesNorPads() { // the file asks for both, at 128
    assertThat(tokenizer.encode("word ".repeat(700)).length()).isEqualTo(702);
    assertThat(tokenizer.encode("word").length()).isEqualTo(3);
  }

  @Test
  void emptyAndBlankTextsHaveOnlySpecialTokens() {
    assertThat(tokenizer.encode("").ids()).containsExactly(101, 102);
    assertThat(tokenizer.encode(" \n\t ").ids()).containsExactly(101, 102);
    assertThat(tokenizer.encodePair("", "").ids()).containsExactly(101, 102, 102);
    assertThat(tokenizer.encodeAll(List.of("", "hello")).get(1).length()).isEqualTo(3);
  }

  @Test
  void countsOffsetsInCodePoints() {
    String text =
        "a \uD83D\uDE00 hello \uD83D\uDC68\u200D\uD83D\uDC69 world"; // emoji, two units each
    Tokens tokens = tokenizer.encodeContent(text);
    assertThat(words(text, tokens)).contains("a", "\uD83D\uDE00", "hello", "world");
  }

  @Test
  void readsRightToLeftScripts() {
    String text =
        "\u05E9\u05DC\u05D5\u05DD \u05E2\u05D5\u05DC\u05DD. \u0645\u0631\u062D\u0628\u0627";
    Tokens tokens = tokenizer.encodeContent(text);
    assertThat(tokens.length()).isPositive();
    assertThat(String.join("", words(text, tokens))).isEqualTo(text.replace(" ", ""));
  }

  @Test
  void readsUnpairedSurrogatesAsReplacementCharacters() {
    for (String text : List.of("ab \uD83D cd", "\uDE00 cd", "ab \uD83D", "x\uDE00\uD83Dy \uD83D")) {
      String repaired = text.replaceAll("[\uD83D\uDE00]", "\uFFFD");
      assertThat(tokenizer.encode(text)).isEqualTo(tokenizer.encode(repaired));
    }
    String paired = "ab \uD83D\uDE00";
    assertThat(CodePoints.wellFormed(paired)).isSameAs(paired);
  }

  @Test
  void survivesAMegabyteOfOneCharacter() {
    int million = 1 << 20;
    assertThat(tokenizer.encode("a".repeat(million)).ids()).containsExactly(101, 100, 102);
    assertThat(tokenizer.encode(" ".repeat(million)).length()).isEqualTo(2);
    assertThat(tokenizer.encode("\n".repeat(million)).length()).isEqualTo(2);
    Tokens stops = tokenizer.encode(".".repeat(million));
    assertThat(stops.length()).isEqualTo(million + 2);
    assertThat(stops.ends()[million]).isEqualTo(million);
    assertThat(tokenizer.encode("\0".repeat(million)).length()).isEqualTo(2);
  }

  @Test
  void piecesHaveTheTokensOfTheWhole() throws IOException {
    long seed = 20240817;
    Random random = new Random(seed);
    try (HuggingFaceTokenizer whole = reference(TestModels.directory("minilm"))) {
      for (int round = 0; round < 5; round++) {
        String text = randomText(random, 3 * TextPieces.PIECE);
        Tokens tokens = tokenizer.encode(text);
        long[] expected = whole.encode(text).getIds();
        assertThat(Arrays.stream(tokens.ids()).asLongStream().toArray())
            .as("seed %d, round %d", seed, round)
            .isEqualTo(expected);
        String words = String.join("", words(text, tokens.content()));
        assertThat(words.equals(text.replaceAll("[\\s\u00A0]", "")))
            .as("offsets lead to the words, seed %d, round %d", seed, round)
            .isTrue();
      }
    }
  }

  @Test
  void cutsTokenizersThatKeepSpacesOnlyWhereIdsStayTheSame(@TempDir Path directory)
      throws IOException {
    String text = "low lower, lowest\nlow 12 words. ".repeat(3 * TextPieces.PIECE / 32);
    for (String preTokenizer :
        List.of(
            "{\"type\":\"ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":true}",
            "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true}",
            "{\"type\":\"Metaspace\",\"replacement\":\"\u2581\",\"prepend_scheme\":\"always\"}")) {
      Path file = directory.resolve("tokenizer.json");
      Files.writeString(file, characterTokenizer(preTokenizer));
      try (Tokenizer pieces = Tokenizer.open(directory);
          HuggingFaceTokenizer whole = reference(directory)) {
        assertThat(Arrays.stream(pieces.encode(text).ids()).asLongStream().toArray())
            .as(preTokenizer)
            .isEqualTo(whole.encode(text).getIds());
        assertThat(pieces.encode("low low").content().ends()).endsWith(7);
      }
    }
  }

  @Test
  void isSafeForThreadsAndRefusesUseAfterClosing() throws Exception {
    Tokenizer shared = Tokenizer.open(TestModels.directory("minilm"));
    Tokens expected = shared.encode("the quick brown fox");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<Boolean>> same = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      same.add(
          threads.submit(
              () -> {
                for (int k = 0; k < 200; k++) {
                  if (!shared.encode("the quick brown fox").equals(expected)) {
                    return false;
                  }
                }
                return true;
              }));
    }
    for (Future<Boolean> future : same) {
      assertThat(future.get()).isTrue();
    }
    threads.shutdown();
    shared.close();
    shared.close();
    assertThatThrownBy(() -> shared.encode("x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void saysWhatIsWrongWithAFile(@TempDir Path directory) throws IOException {
    assertThatThrownBy(() -> Tokenizer.open(directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tokenizer.json")
        .hasMessageContaining("save_pretrained");
    Path file = directory.resolve("tokenizer.json");
    Files.writeString(file, "{\"version\":");
    assertThatThrownBy(() -> Tokenizer.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no readable tokenizer");
    Files.writeString(file, "{\"version\":\"1.0\"}");
    assertThatThrownBy(() -> Tokenizer.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no readable tokenizer");
  }

  private static HuggingFaceTokenizer reference(Path directory) throws IOException {
    return HuggingFaceTokenizer.newInstance(
        directory.resolve("tokenizer.json"), Map.of("truncation", "false", "padding", "false"));
  }

  private static List<String> words(String text, Tokens content) {
    List<String> words = new ArrayList<>();
    int codePoint = 0;
    int unit = 0;
    for (int i = 0; i < content.length(); i++) {
      int start = text.offsetByCodePoints(unit, content.starts()[i] - codePoint);
      int end = text.offsetByCodePoints(start, content.ends()[i] - content.starts()[i]);
      words.add(text.substring(start, end));
      codePoint = content.starts()[i];
      unit = start;
    }
    return words;
  }

  private static String randomText(Random random, int length) {
    String[] parts = {
      "the",
      "unbelievable",
      "\u00C9tude",
      "\uD83D\uDE00",
      "\u6771\u4EAC",
      "12.5",
      "don't",
      "U.S.",
      " ",
      " ",
      "  ",
      "\n",
      "\n\n",
      "\t",
      ", ",
      ". ",
      "-",
      "\u05E9\u05DC\u05D5\u05DD",
      "\u00A0"
    };
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(parts[random.nextInt(parts.length)]).append(random.nextInt(3) == 0 ? "" : " ");
    }
    return text.toString();
  }

  /** A BPE tokenizer without merges: every character is a token. */
  private static String characterTokenizer(String preTokenizer) {
    StringBuilder vocabulary = new StringBuilder();
    String characters = "abcdefghijklmnopqrstuvwxyzTW0123456789.,'-\u2581\u0120\u010A\n ";
    for (int i = 0; i < characters.length(); i++) {
      char c = characters.charAt(i);
      vocabulary.append(i == 0 ? "" : ",").append('"');
      vocabulary.append(c == '\n' ? "\\n" : String.valueOf(c)).append("\":").append(i);
    }
    return """
    {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
     "pre_tokenizer":%s,"post_processor":null,"decoder":null,
     "model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":null,
              "end_of_word_suffix":null,"fuse_unk":false,"vocab":{%s},"merges":[]}}
    """
        .formatted(preTokenizer, vocabulary);
  }
}
