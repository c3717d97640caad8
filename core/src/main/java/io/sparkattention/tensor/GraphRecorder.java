package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what a call launches on a GPU as a CUDA graph, which is launched again at once: the host
 * no longer names hundreds of operators one by one. All recordings of a device use one {@link
 * GraphArena}, so that what lies between their operators never belongs to anything else.
 *
 * <p>Recordings run on the default stream, after and before whatever else runs there.
 */
final class GraphRecorder {

  private static final Logger LOG = LoggerFactory.getLogger(GraphRecorder.class);
  private static final Map<Device, Optional<GraphRecorder>> MADE = new ConcurrentHashMap<>();
  private static final long FEWEST_BYTES = 128L << 20;
  private static final long MOST_BYTES = 2L << 30;

  private final Device device;
  private final CudaLibraries cuda;
  private final List<GraphArena> arenas = new ArrayList<>(); // those before serve their graphs
  private boolean broken;

  private GraphRecorder(Device device, CudaLibraries cuda) {
    this.device = device;
    this.cuda = cuda;
  }

  /** A call that was recorded. */
  final class Recorded implements AutoCloseable {

    private final NDManager owner;
    private final NDArray result;
    private final Pointer executable;

    private Recorded(NDManager owner, NDArray result, Pointer executable) {
      this.owner = owner;
      this.result = result;
      this.executable = executable;
    }

    /** Runs it once more; returns what it results in, which the next replay overwrites. */
    NDArray replay() {
      CudaLibraries.require(
          cuda.runtime().cudaGraphLaunch(executable, Pointer.NULL), "cudaGraphLaunch");
      return result;
    }

    @Override
    public void close() {
      cuda.runtime().cudaStreamSynchronize(Pointer.NULL);
      cuda.runtime().cudaGraphExecDestroy(executable);
      owner.close();
    }
  }

  /** The recorder of a device, empty where nothing can be recorded. */
  static Optional<GraphRecorder> on(Device device) {
    return MADE.computeIfAbsent(device, GraphRecorder::made);
  }

  private static Optional<GraphRecorder> made(Device device) {
    if (!device.isGpu()) {
      return Optional.empty();
    }
    try {
      return CudaLibraries.loaded().map(cuda -> new GraphRecorder(device, cuda));
    } catch (UnsatisfiedLinkError e) {
      LOG.info("Steps on {} are not recorded: {}", device, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Records a call. It is run twice before, so it must give the same however often it is run.
   *
   * @param call gives its result in the manager; it may allocate on the device, and neither copies
   *     from the host nor waits for the device
   * @return empty, after a word in the log, where it cannot be recorded
   */
  synchronized Optional<Recorded> record(Function<NDManager, NDArray> call) {
    if (broken) {
      return Optional.empty();
    }
    try {
      dryRun(call); // loads what is loaded on first use
      long bytes = arenas.isEmpty() ? FEWEST_BYTES : arenas.get(arenas.size() - 1).bytes();
      for (; bytes <= MOST_BYTES; bytes *= 2) {
        GraphArena arena = arena(bytes);
        Optional<Recorded> recorded = arena.within(() -> record(arena, call));
        if (recorded.isPresent()) {
          return recorded;
        }
      }
      LOG.warn("Steps on {} are not recorded: one takes more than {} bytes", device, MOST_BYTES);
    } catch (RuntimeException | UnsatisfiedLinkError e) {
      LOG.warn("Steps on {} are not recorded: {}", device, e.toString());
    }
    broken = true;
    return Optional.empty();
  }

  private GraphArena arena(long bytes) {
    if (arenas.isEmpty() || arenas.get(arenas.size() - 1).bytes() < bytes) {
      arenas.add(new GraphArena(cuda, device, bytes));
    }
    return arenas.get(arenas.size() - 1);
  }

  private void dryRun(Function<NDManager, NDArray> call) {
    try (NDManager scope = TorchEngine.newManager(device)) {
      call.apply(scope);
    }
    synchronize(Pointer.NULL);
  }

  /** Empty where the arena did not hold all that the call allocates. */
  private Optional<Recorded> record(GraphArena arena, Function<NDManager, NDArray> call) {
    long free = freeBytes();
    try (NDManager scope = TorchEngine.newManager(device)) {
      call.apply(scope);
      synchronize(arena.stream());
    }
    if (freeBytes() < free) {
      return Optional.empty();
    }
    NDManager owner = TorchEngine.newManager(device);
    try {
      require(cuda.runtime().cudaStreamBeginCapture(arena.stream(), CudaLibraries.RELAXED));
      PointerByReference graph = new PointerByReference();
      NDArray result;
      int ended;
      try {
        result = call.apply(owner);
      } finally {
        ended = cuda.runtime().cudaStreamEndCapture(arena.stream(), graph);
      }
      require(ended);
      PointerByReference executable = new PointerByReference();
      int made = cuda.runtime().cudaGraphInstantiateWithFlags(executable, graph.getValue(), 0);
      cuda.runtime().cudaGraphDestroy(graph.getValue());
      require(made);
      return Optional.of(new Recorded(owner, result, executable.getValue()));
    } catch (RuntimeException e) {
      cuda.runtime().cudaGetLastError(); // clears it
      owner.close();
      throw e;
    }
  }

  private long freeBytes() {
    LongByReference free = new LongByReference();
    require(cuda.runtime().cudaMemGetInfo(free, new LongByReference()));
    return free.getValue();
  }

  private void synchronize(Pointer stream) {
    require(cuda.runtime().cudaStreamSynchronize(stream));
  }

  private static void require(int status) {
    CudaLibraries.require(status, "recording");
  }
}
