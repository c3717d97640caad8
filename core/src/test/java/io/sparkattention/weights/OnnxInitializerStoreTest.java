package io.sparkattention.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxInitializerStoreTest {

  private static final long[][] IDS = {{101, 7592, 2088, 102}};

  @TempDir private Path directory;

  /** What ONNX Runtime reads and writes at a Linear layer agrees with its weight and bias here. */
  @ParameterizedTest
  @ValueSource(strings = {"minilm", "bge-small", "e5-small"})
  void linearWeightsAreThoseThatOnnxRuntimeUses(String model) throws Exception {
    Path file = TestModels.directory(model).resolve("model.onnx");
    String layer = "/encoder/layer.1/";
    try (WeightStore store = OnnxInitializerStore.open(file)) {
      requireLinear(
          file,
          store,
          "/encoder/layer.0/output/LayerNorm/Add_1_output_0",
          layer + "attention/self/query/");
      requireLinear(
          file,
          store,
          layer + "attention/output/LayerNorm/Add_1_output_0",
          layer + "intermediate/dense/");
      requireLinear(
          file,
          store,
          layer + "intermediate/intermediate_act_fn/Mul_1_output_0",
          layer + "output/dense/");
    }
  }

  private static void requireLinear(Path file, WeightStore store, String input, String node)
      throws Exception {
    String output = node + "Add_output_0";
    Map<String, float[]> activations = activations(file, input, output);
    String name = node.substring(1).replace('/', '.');
    TensorInfo info = store.info(name + "weight");
    FloatBuffer weight = store.bytes(name + "weight").asFloatBuffer(); // (out, in)
    FloatBuffer bias = store.bytes(name + "bias").asFloatBuffer(); // (out)
    int outs = (int) info.shape()[0];
    int ins = (int) info.shape()[1];
    float[] x = activations.get(input); // (4, in)
    float[] y = activations.get(output); // (4, out)
    assertThat(x).hasSize(4 * ins);
    assertThat(y).hasSize(4 * outs);
    for (int token = 0; token < 4; token++) {
      for (int out = 0; out < outs; out++) {
        double sum = bias.get(out);
        for (int in = 0; in < ins; in++) {
          sum += (double) weight.get(out * ins + in) * x[token * ins + in];
        }
        assertThat((double) y[token * outs + out])
            .as("%s, token %d, output %d", node, token, out)
            .isCloseTo(sum, within(1e-3));
      }
    }
  }

  private static Map<String, float[]> activations(Path file, String... names)
      throws IOException, OrtException {
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    model.write(Files.readAllBytes(file));
    for (String name : names) { // a second graph field is merged into the first
      model.write(delimited(7, delimited(12, delimited(1, name.getBytes(StandardCharsets.UTF_8)))));
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
    try (OrtSession session = environment.createSession(model.toByteArray(), options);
        OnnxTensor ids = OnnxTensor.createTensor(environment, IDS);
        OnnxTensor mask = OnnxTensor.createTensor(environment, new long[][] {{1, 1, 1, 1}});
        OnnxTensor types = OnnxTensor.createTensor(environment, new long[1][4]);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
      Map<String, float[]> found = new HashMap<>();
      for (String name : names) {
        FloatBuffer floats = ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer();
        float[] values = new float[floats.remaining()];
        floats.get(values);
        found.put(name, values);
      }
      return found;
    }
  }

  @Test
  void namesAndTransposesWeightsOfMatMulNodes() throws IOException {
    byte[] weight = floats(1, 2, 3, 4, 5, 6); // [2, 3] in the file
    Path file =
        write(
            graph(
                tensor("onnx::MatMul_7", 1, weight, 2, 3),
                tensor("onnx::Add_8", 1, floats(1), 1),
                tensor("a.bias", 1, floats(9), 1),
                node("MatMul", "/a/b.0/c/MatMul", "x", "onnx::MatMul_7"),
                node("MatMul", "/a/tied/MatMul_1", "x", "onnx::MatMul_7"),
                node("MatMul", "/a/scores/MatMul", "x", "y"),
                node("Identity", "Identity_1", "a.bias")));
    try (WeightStore store = OnnxInitializerStore.open(file)) {
      assertThat(store.names())
          .containsExactly("Identity_1.out", "a.b.0.c.weight", "a.bias", "a.tied.weight");
      assertThat(store.info("a.b.0.c.weight").shape()).containsExactly(3, 2);
      float[] values = new float[6];
      store.bytes("a.b.0.c.weight").asFloatBuffer().get(values);
      assertThat(values).containsExactly(1, 4, 2, 5, 3, 6);
      assertThat(store.bytes("a.b.0.c.weight").isReadOnly()).isTrue();
    }
  }

  @Test
  void transposesElementsOfEveryWidth() throws IOException {
    int[] numbers = {11, 10, 2}; // double, half, byte
    for (int number : numbers) {
      int width = number == 11 ? 8 : number == 10 ? 2 : 1;
      byte[] data = new byte[2 * 3 * width];
      for (int i = 0; i < data.length; i++) {
        data[i] = (byte) i;
      }
      Path file =
          write(
              graph(
                  tensor("onnx::W", number, data, 2, 3),
                  node("MatMul", "/a/MatMul", "x", "onnx::W")));
      try (WeightStore store = OnnxInitializerStore.open(file)) {
        ByteBuffer bytes = store.bytes("a.weight");
        for (int row = 0; row < 3; row++) {
          for (int column = 0; column < 2; column++) {
            assertThat(bytes.get((row * 2 + column) * width))
                .isEqualTo((byte) ((column * 3 + row) * width));
          }
        }
      }
    }
  }

  @Test
  void listsEverythingThatIsWrong() throws IOException {
    Path file =
        write(
            graph(
                tensor("short", 1, floats(1), 2),
                tensor("strange", 99, floats(1), 1),
                tensor("external", 1, null, 1),
                tensor("twice", 1, floats(1), 1),
                tensor("twice", 1, floats(1), 1)));
    CheckpointException e =
        catchThrowableOfType(CheckpointException.class, () -> OnnxInitializerStore.open(file));
    assertThat(e.problems())
        .containsExactly(
            "tensor short F32[2] needs 8 bytes, but has 4",
            "tensor strange has the unsupported element type 99",
            "tensor external F32[1] has no raw_data in the file: export it with its data inside",
            "tensor twice is there twice");
  }

  @Test
  void refusesAFileThatIsTruncatedAnywhere() throws IOException {
    byte[] whole = graph(tensor("a", 1, floats(1, 2), 2), tensor("b", 1, floats(1), 1));
    for (int length = 0; length < whole.length; length++) {
      Path file = write(Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> OnnxInitializerStore.open(file))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(CheckpointException.class);
    }
    Path text = write("this is no model".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> OnnxInitializerStore.open(text))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no readable ONNX file");
  }

  private Path write(byte[] model) throws IOException {
    return Files.write(directory.resolve("model.onnx"), model);
  }

  private static byte[] graph(byte[]... fields) throws IOException {
    return delimited(7, join(fields));
  }

  private static byte[] node(String operator, String name, String... inputs) throws IOException {
    byte[][] parts = new byte[inputs.length + 3][];
    for (int i = 0; i < inputs.length; i++) {
      parts[i] = delimited(1, inputs[i].getBytes(StandardCharsets.UTF_8));
    }
    parts[inputs.length] = delimited(2, (name + ".out").getBytes(StandardCharsets.UTF_8));
    parts[inputs.length + 1] = delimited(3, name.getBytes(StandardCharsets.UTF_8));
    parts[inputs.length + 2] = delimited(4, operator.getBytes(StandardCharsets.UTF_8));
    return delimited(1, join(parts));
  }

  private static byte[] tensor(String name, int type, byte[] data, int... shape)
      throws IOException {
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    for (int dimension : shape) {
      fields.write(new byte[] {1 << 3, (byte) dimension});
    }
    fields.write(new byte[] {2 << 3, (byte) type});
    fields.write(delimited(8, name.getBytes(StandardCharsets.UTF_8)));
    if (data != null) {
      fields.write(delimited(9, data));
    }
    return delimited(5, fields.toByteArray());
  }

  private static byte[] floats(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  private static byte[] delimited(int field, byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(field << 3 | 2);
    int length = content.length;
    while (length > 0x7F) {
      out.write(length & 0x7F | 0x80);
      length >>>= 7;
    }
    out.write(length);
    out.write(content);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.write(part);
    }
    return out.toByteArray();
  }
}
