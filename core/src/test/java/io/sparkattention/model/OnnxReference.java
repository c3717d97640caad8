package io.sparkattention.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.sparkattention.text.TokenBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * ONNX Runtime on the same file, padded to the longest sequence: the independent reference. The
 * attention weights of every layer are made outputs of the graph by appending to the file.
 */
final class OnnxReference implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final int layers;

  private OnnxReference(byte[] graph, OptLevel level, int layers) throws OrtException {
    this.layers = layers;
    ByteArrayOutputStream withWeights = new ByteArrayOutputStream(graph.length + 4096);
    withWeights.writeBytes(graph);
    for (int i = 0; i < layers; i++) {
      withWeights.writeBytes(graphOutput(weightsName(i)));
    }
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setOptimizationLevel(level);
    session = environment.createSession(withWeights.toByteArray(), options);
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
    int rows = batch.size();
    int columns = batch.longest();
    long[] ids = new long[rows * columns];
    long[] mask = new long[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < batch.length(i); j++) {
        ids[i * columns + j] = batch.ids()[batch.offsets()[i] + j];
        mask[i * columns + j] = 1;
      }
    }
    long[] shape = {rows, columns};
    try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
        OnnxTensor maskTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
        OnnxTensor types =
            OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[rows * columns]), shape);
        OrtSession.Result result =
            session.run(
                Map.of(
                    "input_ids", idTensor,
                    "attention_mask", maskTensor,
                    "token_type_ids", types))) {
      float[][] weights = new float[layers][];
      for (int i = 0; i < layers; i++) {
        weights[i] = floats((OnnxTensor) result.get(weightsName(i)).orElseThrow());
      }
      return new Outputs(floats((OnnxTensor) result.get(0)), weights);
    }
  }

  private static float[] floats(OnnxTensor tensor) {
    FloatBuffer buffer = tensor.getFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
