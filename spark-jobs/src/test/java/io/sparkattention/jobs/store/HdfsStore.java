package io.sparkattention.jobs.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.SafeModeAction;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.MiniDFSCluster.DataNodeProperties;

/** HDFS: a name node and a data node in this process. */
final class HdfsStore implements Store {

  private static HdfsStore started;

  private final MiniDFSCluster cluster;

  private HdfsStore(Path folder) throws IOException {
    // Clients that give up after a moment.
    Store.configure("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", 50);
    Store.configure("dfs.client.block.write.locateFollowingBlock.max.delay.ms", 500);
    Store.configure("dfs.client.retry.window.base", 10);
    Configuration conf = new Configuration();
    conf.set("dfs.replication", "1");
    conf.set("dfs.heartbeat.interval", "1");
    conf.set("dfs.namenode.safemode.extension", "0");
    cluster = new MiniDFSCluster.Builder(conf, folder.toFile()).numDataNodes(1).build();
    cluster.waitActive();
  }

  static synchronized HdfsStore started() {
    if (started == null) {
      try {
        Path folder = Files.createTempDirectory("hdfs-");
        HdfsStore store = new HdfsStore(folder);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> store.end(folder)));
        started = store;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return started;
  }

  private void end(Path folder) {
    cluster.shutdown();
    FileUtils.deleteQuietly(folder.toFile());
  }

  @Override
  public String root() {
    return cluster.getURI() + "/";
  }

  /** Refuses all writes from now on. */
  void refuseWrites() throws IOException {
    cluster.getFileSystem().setSafeMode(SafeModeAction.ENTER);
  }

  /** Takes writes again. */
  void takeWrites() throws IOException {
    cluster.getFileSystem().setSafeMode(SafeModeAction.LEAVE);
  }

  /** Stops the node that holds the blocks: names are still known, and nothing can be read. */
  DataNodeProperties stopDataNode() {
    return cluster.stopDataNode(0);
  }

  /** Starts a node again. */
  void restart(DataNodeProperties node) throws IOException {
    cluster.restartDataNode(node, true);
    cluster.waitActive();
  }
}
