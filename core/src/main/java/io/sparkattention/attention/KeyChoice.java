package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;

/** A selection that says of each key whether it is read, with nothing added to its score. */
interface KeyChoice extends KeySelection {

  /** (B, Hkv, queries or 1, K) boolean; null where all are read. */
  NDArray read();
}
