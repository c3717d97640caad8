package io.sparkattention.jobs.input;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.SerializableWritable;
import org.apache.spark.sql.SparkSession;

/** Opens files on driver and executors; those whose name tells a compression are decompressed. */
final class InputFiles implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final int BUFFER = 1 << 16;

  private final SerializableWritable<Configuration> conf;

  InputFiles(SparkSession spark) {
    conf = new SerializableWritable<>(spark.sessionState().newHadoopConf());
  }

  /** A file's content. */
  InputStream open(String location) throws IOException {
    Path path = new Path(location);
    InputStream file = path.getFileSystem(conf.value()).open(path);
    CompressionCodec codec = codec(path);
    return new BufferedInputStream(codec == null ? file : codec.createInputStream(file), BUFFER);
  }

  /**
   * The content of a file whose bytes are read already.
   *
   * @throws IOException if they are not compressed as the file's name tells
   */
  byte[] content(String location, byte[] bytes) throws IOException {
    CompressionCodec codec = codec(new Path(location));
    if (codec == null) {
      return bytes;
    }
    try (InputStream in = codec.createInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }

  private CompressionCodec codec(Path path) {
    return new CompressionCodecFactory(conf.value()).getCodec(path);
  }
}
