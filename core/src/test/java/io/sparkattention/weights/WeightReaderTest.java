package io.sparkattention.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightReaderTest {

  @Test
  void listsAllThatIsMissingOrHasAnotherShape() {
    WeightReader weights =
        new WeightReader(
            new MemoryStore()
                .add("right", ElementType.F32, 2, 3)
                .add("wrong", ElementType.F32, 3, 2)
                .add("flat", ElementType.F32, 6)
                .add("whole", ElementType.I64, 2)
                .add("extra", ElementType.F32, 1)
                .add("position_ids", ElementType.I64, 1, 9));
    weights.require("right", WeightReader.ANY, 3);
    weights.require("wrong", 2, 3);
    weights.require("flat", 2, 3);
    weights.require("whole", 2);
    weights.require("absent", 4);
    weights.ignore("position_.*");
    weights.reject("the number of heads does not divide the hidden size");
    assertThat(weights.offer("other", 1)).isFalse();
    CheckpointException e = catchThrowableOfType(CheckpointException.class, () -> weights.check());
    assertThat(e.problems())
        .containsExactlyInAnyOrder(
            "tensor wrong has the shape [3, 2], but must have [2, 3]",
            "tensor flat has the shape [6], but must have [2, 3]",
            "tensor whole has elements of type I64, but must have floats",
            "tensor absent [4] is missing",
            "the number of heads does not divide the hidden size");
    assertThat(e).hasMessageContaining("for 5 reasons");
    assertThat(weights.unexpected()).containsExactly("extra");
  }

  @Test
  void passesACompleteCheckpoint() {
    WeightReader weights = new WeightReader(new MemoryStore().add("a", ElementType.BF16, 2));
    weights.require("a", 2);
    weights.check();
    assertThat(weights.unexpected()).isEmpty();
  }

  @Test
  void widensEveryFloatingPointType() {
    float[] values = {0f, -0f, 1f, -2.5f, 65504f, 0x1p-24f, 0x1p-14f, Float.POSITIVE_INFINITY};
    short[] halves = {0, (short) 0x8000, 0x3C00, (short) 0xC100, 0x7BFF, 1, 0x0400, 0x7C00};
    TensorInfo half = new TensorInfo("half", ElementType.F16, new long[] {2, 4});
    ByteBuffer halfBytes = MemoryStore.buffer(half);
    halfBytes.asShortBuffer().put(halves);
    TensorInfo brain = new TensorInfo("brain", ElementType.BF16, new long[] {2});
    ByteBuffer brainBytes = MemoryStore.buffer(brain);
    brainBytes.asShortBuffer().put(new short[] {0x3F80, (short) 0xC0A0});
    TensorInfo wide = new TensorInfo("wide", ElementType.F64, new long[] {2});
    ByteBuffer wideBytes = MemoryStore.buffer(wide);
    wideBytes.asDoubleBuffer().put(new double[] {0.1, -1e300});
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        WeightReader weights =
            new WeightReader(
                new MemoryStore()
                    .addFloats("float", values, 2, 4)
                    .addFloats("scalar", new float[] {7})
                    .add("none", ElementType.F32, 0, 3)
                    .add("ids", ElementType.I64, 2)
                    .put(half, halfBytes)
                    .put(brain, brainBytes)
                    .put(wide, wideBytes))) {
      assertThat(weights.create(manager, "float").toFloatArray()).isEqualTo(values);
      NDArray widened = weights.create(manager, "half"); // (2, 4)
      assertThat(widened.getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(widened.getShape()).isEqualTo(new Shape(2, 4));
      assertThat(widened.toFloatArray()).isEqualTo(values);
      assertThat(weights.create(manager, "brain").toFloatArray()).containsExactly(1f, -5f);
      assertThat(weights.create(manager, "wide").toFloatArray())
          .containsExactly(0.1f, Float.NEGATIVE_INFINITY);
      assertThat(weights.create(manager, "scalar").getFloat()).isEqualTo(7f);
      assertThat(weights.create(manager, "scalar").getShape()).isEqualTo(new Shape());
      assertThat(weights.create(manager, "none").getShape()).isEqualTo(new Shape(0, 3));
      assertThatThrownBy(() -> weights.create(manager, "ids"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("ids I64[2]");
      assertThat(FloatArrays.halfToFloat((short) 0x7E00)).isNaN();
      assertThat(FloatArrays.halfToFloat((short) 0x83FF)).isEqualTo(-1023 * 0x1p-24f);
    }
  }

  @Test
  void fillsLargeTensorsInBlocks() {
    int rows = 3000;
    int columns = 3000; // three blocks, the last one shorter
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        WeightReader weights =
            new WeightReader(new MemoryStore().addFloats("large", values, rows, columns))) {
      NDArray array = weights.create(manager, "large"); // (rows, columns)
      assertThat(array.toFloatArray()).isEqualTo(values);
      assertThat(manager.getManagedArrays()).containsExactly(array);
    }
  }

  @Test
  void presentsOldNamesOfNormsAndTakesOffPrefixes(@TempDir Path directory) throws IOException {
    SafetensorsWriter.write(
        new MemoryStore()
            .add("bert.a.LayerNorm.gamma", ElementType.F32, 1)
            .add("bert.a.LayerNorm.beta", ElementType.F32, 2)
            .add("cls.b", ElementType.F32, 3),
        directory.resolve("model.safetensors"));
    try (WeightStore store = WeightStores.open(directory)) {
      WeightStore bare = WeightStores.withoutPrefix(store, "bert.");
      assertThat(bare.names()).containsExactly("a.LayerNorm.bias", "a.LayerNorm.weight", "cls.b");
      assertThat(bare.info("a.LayerNorm.bias").shape()).containsExactly(2);
      assertThat(bare.info("a.LayerNorm.bias").name()).isEqualTo("a.LayerNorm.bias");
      assertThat(bare.bytes("a.LayerNorm.weight").remaining()).isEqualTo(4);
      assertThatThrownBy(() -> bare.info("bert.a")).hasMessageContaining("no tensor bert.a");
    }
    WeightStore clash =
        new MemoryStore().add("bert.a", ElementType.F32, 1).add("a", ElementType.F32, 1);
    assertThatThrownBy(() -> WeightStores.withoutPrefix(clash, "bert."))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("are both called a");
  }

  @Test
  void refusesPicklesAndEmptyDirectories(@TempDir Path directory) throws IOException {
    assertThatThrownBy(() -> WeightStores.open(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model.safetensors")
        .hasMessageContaining("model.onnx");
    assertThatThrownBy(() -> WeightStores.open(directory.resolve("none")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no such directory");
    Files.createFile(directory.resolve("pytorch_model.bin"));
    assertThatThrownBy(() -> WeightStores.open(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("pytorch_model.bin")
        .hasMessageContaining("safe_serialization=True");
  }
}
