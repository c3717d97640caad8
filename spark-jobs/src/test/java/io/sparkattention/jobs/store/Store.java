package io.sparkattention.jobs.store;

import io.sparkattention.udfs.LocalSpark;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;

/** A place for files that jobs reach over the network. */
interface Store {

  /** What all paths begin with, a slash at the end. */
  String root();

  /** The stores that tests run on; each starts when it is first asked for. */
  enum Kind {
    HDFS {
      @Override
      Store open() {
        return HdfsStore.started();
      }
    },
    S3 {
      @Override
      Store open() {
        return S3Store.started();
      }
    };

    abstract Store open();
  }

  /** Tells Spark of this process how the store is reached, as spark-submit would. */
  static void configure(String key, Object value) {
    LocalSpark.session().sparkContext().hadoopConfiguration().set(key, value.toString());
    SparkEnv.get().conf().set("spark.hadoop." + key, value.toString());
  }

  /** Names a path of this store. */
  default String path(String name) {
    return root() + name;
  }

  /** The files of this store. */
  default FileSystem files() throws IOException {
    return new Path(root())
        .getFileSystem(LocalSpark.session().sparkContext().hadoopConfiguration());
  }

  /** Copies a local file or directory to a path that need not exist. */
  default String put(java.nio.file.Path local, String name) throws IOException {
    files().mkdirs(new Path(path(name)).getParent());
    files().copyFromLocalFile(false, true, new Path(local.toUri()), new Path(path(name)));
    return path(name);
  }

  /** Whether something is there. */
  default boolean holds(String name) throws IOException {
    return files().exists(new Path(path(name)));
  }

  /** The text of a file. */
  default String read(String name) throws IOException {
    try (InputStream in = files().open(new Path(path(name)))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
