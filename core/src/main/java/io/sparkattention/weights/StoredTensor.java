package io.sparkattention.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where a tensor lies.
 *
 * @param info name, type and shape as presented: PyTorch's
 * @param file the file that it lies in
 * @param offset its first byte
 * @param layout whether the file holds it as presented
 */
record StoredTensor(TensorInfo info, MappedFile file, long offset, Layout layout) {

  /** How the file orders the elements of a matrix. */
  enum Layout {
    /** As presented. */
    ROWS,
    /** The matrix as presented has been transposed: {@code [in, out]}. */
    COLUMNS
  }

  private static final int TILE = 32;

  /** The elements in row-major order of the presented shape. */
  ByteBuffer bytes() {
    ByteBuffer stored = file.map(offset, info.bytes());
    return layout == Layout.ROWS ? stored : transposed(stored);
  }

  private ByteBuffer transposed(ByteBuffer stored) {
    int rows = Math.toIntExact(info.shape()[0]);
    int columns = Math.toIntExact(info.shape()[1]);
    int width = info.type().bytes();
    ByteBuffer target =
        ByteBuffer.allocateDirect(stored.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    for (int top = 0; top < rows; top += TILE) {
      for (int left = 0; left < columns; left += TILE) {
        for (int row = top; row < Math.min(rows, top + TILE); row++) {
          for (int column = left; column < Math.min(columns, left + TILE); column++) {
            int from = (column * rows + row) * width;
            int to = (row * columns + column) * width;
            switch (width) {
              case 8 -> target.putLong(to, stored.getLong(from));
              case 4 -> target.putInt(to, stored.getInt(from));
              case 2 -> target.putShort(to, stored.getShort(from));
              default -> target.put(to, stored.get(from));
            }
          }
        }
      }
    }
    return target.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }
}
