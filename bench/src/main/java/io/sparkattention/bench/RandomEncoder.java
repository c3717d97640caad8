package io.sparkattention.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.weights.SafetensorsWriter;
import io.sparkattention.weights.WeightStore;
import io.sparkattention.weights.WordPieceTokenizerFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A BERT with random weights and two-letter words, for a machine that has no checkpoint.
 *
 * @param layers how many
 * @param heads of a layer
 * @param headSize columns of a head
 */
record RandomEncoder(int layers, int heads, int headSize) {
  private static final int POSITIONS = 512;
  private static final int LETTERS = 26;
  private static final int SENTENCE = 16; // words

  /** Writes the checkpoint into an empty directory. */
  void write(Path directory) throws IOException {
    List<String> words = vocabulary();
    int width = heads * headSize;
    ObjectNode config = new ObjectMapper().createObjectNode();
    config.put("model_type", "bert").put("hidden_act", "gelu").put("layer_norm_eps", 1e-12);
    config.put("hidden_size", width).put("intermediate_size", 4 * width);
    config.put("num_attention_heads", heads).put("num_hidden_layers", layers);
    config.put("max_position_embeddings", POSITIONS).put("type_vocab_size", 2);
    config.put("pad_token_id", 0).put("vocab_size", words.size());
    new ObjectMapper().writeValue(directory.resolve("config.json").toFile(), config);
    WordPieceTokenizerFile.write(words, directory.resolve("tokenizer.json"));
    SafetensorsWriter.write(weights(words.size(), width), directory.resolve("model.safetensors"));
  }

  /** A text of so many tokens without special ones: sentences of words, each ended by a point. */
  static String text(int tokens) {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= tokens; i++) {
      text.append(i % SENTENCE == 0 ? "." : " " + word(random.nextInt(LETTERS * LETTERS)));
    }
    return text.substring(1);
  }

  private static String word(int index) {
    return "" + (char) ('a' + index / LETTERS) + (char) ('a' + index % LETTERS);
  }

  private static List<String> vocabulary() {
    List<String> words = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    words.add(".");
    for (int i = 0; i < LETTERS * LETTERS; i++) {
      words.add(word(i));
    }
    return words;
  }

  private WeightStore weights(int words, int width) {
    RandomWeights arrays = RandomWeights.of(11);
    arrays.random("embeddings.word_embeddings.weight", words, width);
    arrays.random("embeddings.position_embeddings.weight", POSITIONS, width);
    arrays.random("embeddings.token_type_embeddings.weight", 2, width);
    arrays.norm("embeddings.LayerNorm", width);
    for (int i = 0; i < layers; i++) {
      String layer = "encoder.layer." + i + ".";
      for (String part : List.of("self.query", "self.key", "self.value", "output.dense")) {
        arrays.linear(layer + "attention." + part, width, width);
      }
      arrays.norm(layer + "attention.output.LayerNorm", width);
      arrays.linear(layer + "intermediate.dense", 4 * width, width);
      arrays.linear(layer + "output.dense", width, 4 * width);
      arrays.norm(layer + "output.LayerNorm", width);
    }
    return arrays;
  }
}
