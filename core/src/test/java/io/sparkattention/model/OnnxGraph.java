package io.sparkattention.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sparkattention.text.TokenBatch;
import java.nio.LongBuffer;
import java.util.Map;

/** A BERT's graph in ONNX Runtime, which takes batches padded to their longest sequence. */
public final class OnnxGraph implements AutoCloseable {

  /** What is read from the outputs of a run before they are closed. */
  @FunctionalInterface
  public interface Reading<T> {
    T of(OrtSession.Result outputs) throws OrtException;
  }

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  /** Opens a graph, given as the bytes of its file. */
  public OnnxGraph(byte[] graph, OrtSession.SessionOptions options) throws OrtException {
    session = environment.createSession(graph, options);
  }

  /** Runs a batch whose token types are all 0. */
  public <T> T run(TokenBatch batch, Reading<T> reading) throws OrtException {
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
    try (OnnxTensor idTensor = tensor(ids, shape);
        OnnxTensor maskTensor = tensor(mask, shape);
        OnnxTensor typeTensor = tensor(new long[ids.length], shape);
        OrtSession.Result outputs =
            session.run(
                Map.of(
                    "input_ids", idTensor,
                    "attention_mask", maskTensor,
                    "token_type_ids", typeTensor))) {
      return reading.of(outputs);
    }
  }

  private OnnxTensor tensor(long[] values, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
