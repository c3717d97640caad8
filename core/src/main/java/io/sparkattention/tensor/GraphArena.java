package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A stream of its own with memory that only recordings use. libtorch keeps freed memory for the
 * stream that it was used on, and gives it back to the device, when that is full, in the segments
 * in which it was got: a small array lies in each segment here while the arena is used, so that
 * none of them goes back and graphs find their memory as they left it.
 *
 * <p>Segments of arrays up to 1 MiB have 2 MiB; larger arrays share one large segment.
 */
final class GraphArena {

  /** Bytes of the large segment to each small one: what asks for more asks for more of both. */
  private static final long BYTES_PER_SMALL_SEGMENT = 8L << 20;

  private static final long SMALL_ARRAY = 1L << 20;
  private static final long UNIT = 512;
  private static final long PIN = 2L << 20;

  private final CudaLibraries cuda;
  private final Device device;
  private final long bytes;
  private final Pointer stream;
  private final NDManager pins;
  private int uses;
  private boolean retired;

  /**
   * @param bytes of the large segment, a multiple of 2 MiB
   */
  GraphArena(CudaLibraries cuda, Device device, long bytes) {
    this.cuda = cuda;
    this.device = device;
    this.bytes = bytes;
    PointerByReference made = new PointerByReference();
    cuda.on(
        device, () -> cuda.runtime().cudaStreamCreateWithFlags(made, CudaLibraries.NON_BLOCKING));
    stream = made.getValue();
    pins = TorchEngine.newManager(device);
    try {
      within(
          () -> {
            pin();
            return true;
          });
    } catch (RuntimeException e) {
      retire();
      throw e;
    }
  }

  /** Counts a recording that finds its memory here. */
  void use() {
    uses++;
  }

  /** Counts a recording less; its memory goes with the last one of an arena that was replaced. */
  void release() {
    uses--;
    closeIfUnused();
  }

  /** Nothing more is recorded here: the memory goes with the last recording. */
  void retire() {
    retired = true;
    closeIfUnused();
  }

  private void closeIfUnused() {
    if (retired && uses == 0) {
      cuda.on(device, () -> cuda.runtime().cudaStreamSynchronize(stream));
      pins.close();
      cuda.on(device, () -> cuda.runtime().cudaStreamDestroy(stream));
    }
  }

  /** Size of the large segment. */
  long bytes() {
    return bytes;
  }

  Pointer stream() {
    return stream;
  }

  /** Runs something of this thread on the stream of the arena. */
  <T> T within(Supplier<T> run) {
    PointerByReference guard = new PointerByReference();
    CudaLibraries.require(
        cuda.torch().aoti_torch_create_cuda_stream_guard(stream, device.getDeviceId(), guard));
    try {
      return run.get();
    } finally {
      cuda.torch().aoti_torch_delete_cuda_stream_guard(guard.getValue());
    }
  }

  /** Gets the segments and leaves a small array in each, for as long as the arena is used. */
  private void pin() {
    array(bytes).close(); // a segment of its own
    List<NDArray> freed = new ArrayList<>();
    freed.add(array(bytes - PIN));
    array(PIN); // what is left of it
    for (int i = 0; i < bytes / BYTES_PER_SMALL_SEGMENT; i++) {
      freed.add(array(SMALL_ARRAY));
      freed.add(array(SMALL_ARRAY - UNIT));
      array(UNIT);
    }
    freed.forEach(NDArray::close);
  }

  private NDArray array(long bytes) {
    return pins.create(new Shape(bytes), DataType.UINT8);
  }
}
