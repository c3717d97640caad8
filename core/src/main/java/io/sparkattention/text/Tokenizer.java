package io.sparkattention.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * Turns text into the tokens of a model, as its {@code tokenizer.json} says.
 *
 * <p>Nothing is ever truncated or padded, whatever the file asks for: cutting is {@link Chunker}'s
 * work and must be seen. Long texts are tokenized in pieces, with the same tokens, since the native
 * tokenizer keeps memory in proportion to the longest text that it ever saw. Unpaired surrogates
 * are read as U+FFFD. A text that spells out a special token ({@code [SEP]}) is read as that token,
 * as transformers does. Safe for use by several threads.
 */
public final class Tokenizer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROBE = "a";

  private final HuggingFaceTokenizer tokenizer;
  private final ReadWriteLock open = new ReentrantReadWriteLock();
  private final SpecialTokens specialTokens;
  private final Map<String, Integer> special = new TreeMap<>();
  private final TokenTemplate template;
  private final TextPieces pieces;
  private final Optional<WordIds> words;
  private volatile boolean closed;

  private Tokenizer(HuggingFaceTokenizer tokenizer, JsonNode json, SpecialTokens specialTokens) {
    this.tokenizer = tokenizer;
    this.specialTokens = specialTokens;
    for (JsonNode token : json.path("added_tokens")) {
      if (token.path("special").asBoolean()) {
        special.put(token.path("content").asText(), token.path("id").asInt());
      }
    }
    template =
        new TokenTemplate(
            tokens(tokenizer.encode(PROBE, false, false)),
            tokens(tokenizer.encode(PROBE, true, false)),
            tokens(tokenizer.encode(PROBE, PROBE, true, false)));
    pieces = new TextPieces(text -> Arrays.stream(encodePiece(text).ids()).boxed().toList());
    words =
        WordIds.suit(json)
            ? Optional.of(new WordIds(pieces, this::encodePieceIds))
            : Optional.empty();
  }

  /**
   * Reads a tokenizer.
   *
   * @param path a {@code tokenizer.json}, or the directory that it lies in
   * @throws IOException if the file is missing, or is no tokenizer
   */
  public static Tokenizer open(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "No tokenizer at %s: a model directory needs a tokenizer.json, which for older models"
                  .formatted(file)
              + " AutoTokenizer.from_pretrained(...).save_pretrained(...) of transformers writes");
    }
    byte[] bytes = Files.readAllBytes(file);
    try {
      JsonNode json = JSON.readTree(bytes);
      SpecialTokens specialTokens = SpecialTokens.of(json, configurations(file));
      Map<String, String> options =
          Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "true");
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), options);
      return new Tokenizer(tokenizer, json, specialTokens);
    } catch (IOException | RuntimeException e) {
      throw new IOException("%s is no readable tokenizer: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** The tokens of a text, with the model's special tokens around them. */
  public Tokens encode(String text) {
    return template.frame(encodeContent(text));
  }

  /** The tokens of two texts, with the model's special tokens around and between them. */
  public Tokens encodePair(String first, String second) {
    return template.framePair(encodeContent(first), encodeContent(second));
  }

  /** The tokens of a text without special tokens around them. */
  public Tokens encodeContent(String text) {
    return encodePieces(text, this::encodePiece);
  }

  /**
   * The tokens of a text without special tokens around them and without their places in the text,
   * so that starts and ends say nothing. Models need no places, and reading them costs more than
   * the ids.
   */
  public Tokens encodeContentIds(String text) {
    requireOpen();
    return words
        .map(known -> Tokens.ofIds(known.of(CodePoints.wellFormed(text))))
        .orElseGet(() -> encodePieces(text, piece -> Tokens.ofIds(encodePieceIds(piece))));
  }

  private Tokens encodePieces(String text, Function<String, Tokens> encode) {
    String wellFormed = CodePoints.wellFormed(text);
    if (wellFormed.isEmpty()) {
      return new Tokens(new int[0], new int[0], new int[0], new int[0]);
    }
    List<TextPieces.Piece> cut = pieces.cut(wellFormed);
    if (cut.size() == 1) {
      return encode.apply(wellFormed);
    }
    List<Tokens> parts = new ArrayList<>();
    int codePoints = 0;
    int at = 0;
    for (TextPieces.Piece piece : cut) {
      codePoints += wellFormed.codePointCount(at, piece.from());
      at = piece.from();
      Tokens tokens = encode.apply(wellFormed.substring(piece.from(), piece.to()));
      shift(tokens, codePoints);
      parts.add(tokens);
    }
    return TokenTemplate.concatenate(parts.toArray(Tokens[]::new));
  }

  /** As {@link #encode}, for every text in order. */
  public List<Tokens> encodeAll(List<String> texts) {
    return texts.stream().map(this::encode).toList();
  }

  /** The text that ids spell; special tokens are left out. */
  public String decode(int[] ids) {
    open.readLock().lock();
    try {
      requireOpen();
      return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
    } finally {
      open.readLock().unlock();
    }
  }

  /** The id of a special token, which {@link #decode} leaves out; empty for all other texts. */
  public OptionalInt specialToken(String text) {
    Integer id = special.get(text);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The texts that are read as special tokens, sorted. */
  public Set<String> specialTexts() {
    return Collections.unmodifiableSet(special.keySet());
  }

  /** The ids of those, which {@link #decode} leaves out. */
  public Set<Integer> specialIds() {
    return Set.copyOf(special.values());
  }

  /** The ids of the tokens with a role of their own. */
  public SpecialTokens specialTokens() {
    return specialTokens;
  }

  /** How special tokens stand around a text and a pair. */
  public TokenTemplate template() {
    return template;
  }

  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        tokenizer.close();
      }
    } finally {
      open.writeLock().unlock();
    }
  }

  private Tokens encodePiece(String piece) {
    open.readLock().lock();
    try {
      requireOpen();
      return tokens(tokenizer.encode(piece, false, false));
    } finally {
      open.readLock().unlock();
    }
  }

  /** Asks the native library for the ids alone, which its Java class cannot. */
  private int[] encodePieceIds(String piece) {
    open.readLock().lock();
    try {
      requireOpen();
      long encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), piece, false);
      try {
        return ints(TokenizersLibrary.LIB.getTokenIds(encoding));
      } finally {
        TokenizersLibrary.LIB.deleteEncoding(encoding);
      }
    } finally {
      open.readLock().unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The tokenizer is closed");
    }
  }

  private static Tokens tokens(Encoding encoding) {
    long[] ids = encoding.getIds();
    long[] typeIds = encoding.getTypeIds();
    CharSpan[] spans = encoding.getCharTokenSpans(); // in code points; null for special tokens
    int[] starts = new int[spans.length];
    int[] ends = new int[spans.length];
    for (int i = 0; i < spans.length; i++) {
      starts[i] = spans[i] == null ? -1 : spans[i].getStart();
      ends[i] = spans[i] == null ? -1 : spans[i].getEnd();
    }
    return new Tokens(ints(ids), ints(typeIds), starts, ends);
  }

  private static int[] ints(long[] values) {
    int[] ints = new int[values.length];
    Arrays.setAll(ints, i -> Math.toIntExact(values[i]));
    return ints;
  }

  private static void shift(Tokens tokens, int codePoints) {
    for (int i = 0; i < tokens.length(); i++) {
      if (!tokens.isSpecial(i)) {
        tokens.starts()[i] += codePoints;
        tokens.ends()[i] += codePoints;
      }
    }
  }

  private static List<JsonNode> configurations(Path file) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    for (String name : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      Path configuration = file.resolveSibling(name);
      if (Files.isRegularFile(configuration)) {
        found.add(JSON.readTree(configuration.toFile()));
      }
    }
    return found;
  }
}
