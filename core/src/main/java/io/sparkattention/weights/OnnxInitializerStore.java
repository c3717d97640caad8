package io.sparkattention.weights;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The initializers of an ONNX file that was exported from PyTorch.
 *
 * <p>Embeddings, biases and norms keep their names there. Linear weights have lost theirs ({@code
 * onnx::MatMul_787}) and are stored transposed; the node that reads one still says whose it is:
 * {@code /encoder/layer.0/attention/self/query/MatMul} reads {@code
 * encoder.layer.0.attention.self.query.weight}. Both are undone here. The graph itself is not run.
 * The messages are those of <a href="https://github.com/onnx/onnx">onnx.proto</a>.
 */
public final class OnnxInitializerStore extends MappedStore {

  private static final Pattern MAT_MUL = Pattern.compile("/?(.+)/MatMul(_\\d+)?");
  private static final String ANONYMOUS = "onnx::";

  /** ONNX numbers its element types. */
  private static final Map<Integer, ElementType> TYPES =
      Map.ofEntries(
          Map.entry(1, ElementType.F32),
          Map.entry(2, ElementType.U8),
          Map.entry(3, ElementType.I8),
          Map.entry(4, ElementType.U16),
          Map.entry(5, ElementType.I16),
          Map.entry(6, ElementType.I32),
          Map.entry(7, ElementType.I64),
          Map.entry(9, ElementType.BOOL),
          Map.entry(10, ElementType.F16),
          Map.entry(11, ElementType.F64),
          Map.entry(12, ElementType.U32),
          Map.entry(13, ElementType.U64),
          Map.entry(16, ElementType.BF16));

  private record Node(String name, String operator, List<String> inputs, List<String> outputs) {}

  private OnnxInitializerStore(
      Map<String, StoredTensor> tensors, Map<String, String> metadata, MappedFile file) {
    super(tensors, metadata, List.of(file));
  }

  /**
   * Opens a file and reads what its initializers are.
   *
   * @throws CheckpointException with everything that is wrong with the file
   * @throws IOException if the file cannot be read
   */
  public static OnnxInitializerStore open(Path path) throws IOException {
    MappedFile file = MappedFile.open(path);
    try {
      if (file.size() > Integer.MAX_VALUE) {
        throw new CheckpointException(
            path.toString(),
            List.of("the file has 2 GiB or more, which ONNX does not allow; is it damaged?"));
      }
      Parser parser = new Parser(file);
      parser.readModel(new ProtobufReader(file.map(0, file.size())));
      CheckpointException.throwIfAny(path, parser.problems);
      return new OnnxInitializerStore(parser.named(), parser.metadata, file);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      file.close();
      throw new CheckpointException(
          path.toString(),
          "it is no readable ONNX file, or is truncated (%s)".formatted(e.getMessage()),
          e);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Field numbers are those of onnx.proto. */
  private static final class Parser {
    private final MappedFile file;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, String> metadata = new TreeMap<>();
    private final Map<String, StoredTensor> initializers = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();

    Parser(MappedFile file) {
      this.file = file;
    }

    void readModel(ProtobufReader model) {
      for (int field = model.nextField(); field != 0; field = model.nextField()) {
        switch (field) {
          case 2 -> metadata.put("producer_name", model.string());
          case 3 -> metadata.put("producer_version", model.string());
          case 7 -> readGraph(model.message());
          default -> model.skip();
        }
      }
      if (initializers.isEmpty() && problems.isEmpty()) {
        problems.add("it holds no initializers; is it an ONNX file?");
      }
    }

    private void readGraph(ProtobufReader graph) {
      for (int field = graph.nextField(); field != 0; field = graph.nextField()) {
        switch (field) {
          case 1 -> readNode(graph.message());
          case 5 -> readTensor(graph.message());
          default -> graph.skip();
        }
      }
    }

    private void readNode(ProtobufReader node) {
      String name = "";
      String operator = "";
      List<String> inputs = new ArrayList<>();
      List<String> outputs = new ArrayList<>();
      for (int field = node.nextField(); field != 0; field = node.nextField()) {
        switch (field) {
          case 1 -> inputs.add(node.string());
          case 2 -> outputs.add(node.string());
          case 3 -> name = node.string();
          case 4 -> operator = node.string();
          default -> node.skip();
        }
      }
      nodes.add(new Node(name, operator, inputs, outputs));
    }

    private void readTensor(ProtobufReader tensor) {
      String name = "";
      int type = 0;
      List<Long> shape = new ArrayList<>();
      ByteBuffer data = null;
      boolean external = false;
      for (int field = tensor.nextField(); field != 0; field = tensor.nextField()) {
        switch (field) {
          case 1 -> readDimensions(tensor, shape);
          case 2 -> type = (int) tensor.integer();
          case 8 -> name = tensor.string();
          case 9 -> data = tensor.bytes();
          case 14 -> external = tensor.integer() == 1;
          default -> tensor.skip();
        }
      }
      addTensor(name, TYPES.get(type), type, shape, external ? null : data);
    }

    private void addTensor(
        String name, ElementType type, int number, List<Long> shape, ByteBuffer data) {
      if (type == null) {
        problems.add("tensor %s has the unsupported element type %d".formatted(name, number));
        return;
      }
      long[] dimensions = shape.stream().mapToLong(Long::longValue).toArray();
      TensorInfo info = new TensorInfo(name, type, dimensions);
      if (data == null) {
        problems.add(
            "tensor %s has no raw_data in the file: export it with its data inside"
                .formatted(info));
      } else if (data.remaining() != info.bytes()) {
        problems.add(
            "tensor %s needs %d bytes, but has %d".formatted(info, info.bytes(), data.remaining()));
      } else if (initializers.containsKey(name)) {
        problems.add("tensor %s is there twice".formatted(name));
      } else {
        initializers.put(
            name, new StoredTensor(info, file, data.position(), StoredTensor.Layout.ROWS));
      }
    }

    private static void readDimensions(ProtobufReader tensor, List<Long> shape) {
      if (!tensor.isPacked()) {
        shape.add(tensor.integer());
        return;
      }
      ProtobufReader packed = tensor.message();
      while (packed.hasRemaining()) {
        shape.add(packed.readVarint());
      }
    }

    /** The initializers under the names of the modules that they belong to. */
    Map<String, StoredTensor> named() {
      Map<String, StoredTensor> named = new TreeMap<>();
      initializers.forEach(
          (name, tensor) -> {
            if (!name.startsWith(ANONYMOUS)) {
              named.put(name, tensor);
            }
          });
      for (Node node : nodes) {
        Matcher matcher = MAT_MUL.matcher(node.name);
        if (node.operator.equals("MatMul") && matcher.matches() && node.inputs.size() == 2) {
          StoredTensor tensor = initializers.get(node.inputs.get(1));
          if (tensor != null
              && tensor.info().name().startsWith(ANONYMOUS)
              && tensor.info().shape().length == 2) {
            String name = matcher.group(1).replace('/', '.') + ".weight";
            named.put(name, transposed(name, tensor));
          }
        } else if (node.operator.equals("Identity")) { // equal initializers are stored once
          StoredTensor tensor = initializers.get(node.inputs.get(0));
          if (tensor != null) {
            String name = node.outputs.get(0);
            named.putIfAbsent(name, renamed(name, tensor));
          }
        }
      }
      return named;
    }

    private static StoredTensor transposed(String name, StoredTensor tensor) {
      long[] stored = tensor.info().shape();
      TensorInfo info =
          new TensorInfo(name, tensor.info().type(), new long[] {stored[1], stored[0]});
      return new StoredTensor(info, tensor.file(), tensor.offset(), StoredTensor.Layout.COLUMNS);
    }

    private static StoredTensor renamed(String name, StoredTensor tensor) {
      TensorInfo info = new TensorInfo(name, tensor.info().type(), tensor.info().shape());
      return new StoredTensor(info, tensor.file(), tensor.offset(), tensor.layout());
    }
  }
}
