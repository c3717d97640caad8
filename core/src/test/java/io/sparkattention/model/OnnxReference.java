package io.sparkattention.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.sparkattention.text.TokenBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * ONNX Runtime on the same file: the independent reference. The attention weights of every layer
 * are made outputs of the graph by appending to the file.
 */
final class OnnxReference implements AutoCloseable {

  private final OnnxGraph graph;
  private final int layers;

  private OnnxReference(byte[] file, OptLevel level, int layers) throws OrtException {
    this.layers = layers;
    ByteArrayOutputStream withWeights = new ByteArrayOutputStream(file.length + 4096);
    withWeights.writeBytes(file);
    for (int i = 0; i < layers; i++) {
      withWeights.writeBytes(graphOutput(weightsName(i)));
    }
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setOptimizationLevel(level);
    graph = new OnnxGraph(withWeights.toByteArray(), options);
  }

  /** Opens the graph of a model directory. */
  static OnnxReference open(Path directory, OptLevel level, int layers)
      throws IOException, OrtException {
    return new OnnxReference(Files.readAllBytes(directory.resolve("model.onnx")), level, layers);
  }

  private static String weightsName(int layer) {
    return "/encoder/layer." + layer + "/attention/self/Softmax_output_0";
  }

  /** ModelProto.graph (7) { output (12) { name (1), type (2) { tensor (1) { float (1) } } } }. */
  private static byte[] graphOutput(String name) {
    byte[] type = field(2, field(1, new byte[] {8, 1}));
    byte[] info = concat(field(1, name.getBytes(StandardCharsets.UTF_8)), type);
    return field(7, field(12, info));
  }

  private static byte[] field(int number, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(number << 3 | 2);
    int length = content.length;
    for (; length > 127; length >>>= 7) {
      out.write(length & 127 | 128);
    }
    out.write(length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  /**
   * What the graph gives.
   *
   * @param hidden (B, longest, hidden), flat
   * @param weights for each layer (B, H, longest, longest), flat
   */
  record Outputs(float[] hidden, float[][] weights) {}

  Outputs run(TokenBatch batch) throws OrtException {
    return graph.run(
        batch,
        outputs -> {
          float[][] weights = new float[layers][];
          for (int i = 0; i < layers; i++) {
            weights[i] = floats((OnnxTensor) outputs.get(weightsName(i)).orElseThrow());
          }
          return new Outputs(floats((OnnxTensor) outputs.get(0)), weights);
        });
  }

  private static float[] floats(OnnxTensor tensor) {
    FloatBuffer buffer = tensor.getFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  @Override
  public void close() throws OrtException {
    graph.close();
  }
}
