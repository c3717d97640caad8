package io.sparkattention.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.weights.SafetensorsWriter;
import io.sparkattention.weights.WordPieceTokenizerFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A Llama with random weights, for a machine that has no checkpoint.
 *
 * @param layers how many
 * @param heads of the queries of a layer
 * @param keyHeads of its keys and values
 * @param headSize columns of a head
 * @param words of the vocabulary
 */
record RandomDecoder(int layers, int heads, int keyHeads, int headSize, int words) {

  private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  /** Writes the checkpoint into an empty directory. */
  void write(Path directory) throws IOException {
    int width = heads * headSize;
    ObjectNode config = new ObjectMapper().createObjectNode();
    config.put("model_type", "llama").put("hidden_act", "silu").put("rms_norm_eps", 1e-6);
    config.put("hidden_size", width).put("intermediate_size", intermediate());
    config.put("num_attention_heads", heads).put("num_key_value_heads", keyHeads);
    config.put("num_hidden_layers", layers).put("max_position_embeddings", 8192);
    config.put("vocab_size", words).put("tie_word_embeddings", true);
    new ObjectMapper().writeValue(directory.resolve("config.json").toFile(), config);
    List<String> vocabulary =
        Stream.concat(
                SPECIAL.stream(), IntStream.range(SPECIAL.size(), words).mapToObj(i -> "w" + i))
            .toList();
    WordPieceTokenizerFile.write(vocabulary, directory.resolve("tokenizer.json"));
    try (RandomWeights arrays = RandomWeights.of(11)) {
      arrays.random("model.embed_tokens.weight", words, width);
      for (int i = 0; i < layers; i++) {
        String layer = "model.layers." + i + ".";
        arrays.scale(layer + "input_layernorm", width);
        arrays.random(layer + "self_attn.q_proj.weight", width, width);
        arrays.random(layer + "self_attn.k_proj.weight", keyHeads * headSize, width);
        arrays.random(layer + "self_attn.v_proj.weight", keyHeads * headSize, width);
        arrays.random(layer + "self_attn.o_proj.weight", width, width);
        arrays.scale(layer + "post_attention_layernorm", width);
        arrays.random(layer + "mlp.gate_proj.weight", intermediate(), width);
        arrays.random(layer + "mlp.up_proj.weight", intermediate(), width);
        arrays.random(layer + "mlp.down_proj.weight", width, intermediate());
      }
      arrays.scale("model.norm", width);
      SafetensorsWriter.write(arrays, directory.resolve("model.safetensors"));
    }
  }

  private int intermediate() {
    return 8 * heads * headSize / 3;
  }
}
