package io.sparkattention.jobs.output;

import io.sparkattention.udfs.config.UsageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Says in a file which run an output belongs to: the one that took it last. Nothing tells a run
 * that died from one that lives, so a run that goes on with an output takes it from the run before,
 * which finds another's token when it wants to commit, and ends.
 */
final class RunToken {

  /** The file. */
  static final String NAME = "_owner";

  /** Asks an object store to look and write in one step, where it and its client can. */
  private static final String EXCLUSIVE = "fs.option.create.conditional.overwrite";

  private final FileSystem files;
  private final Path file;
  private final String token = UUID.randomUUID().toString();

  /**
   * @param root the directory where the output is written down
   */
  RunToken(FileSystem files, Path root) {
    this.files = files;
    this.file = new Path(root, NAME);
  }

  /** Names this run. */
  String text() {
    return token;
  }

  /**
   * Takes an output that belongs to no run.
   *
   * @throws UsageException if another run has taken it meanwhile
   */
  void takeNew() throws IOException {
    try {
      FSDataOutputStreamBuilder<?, ?> made = files.createFile(file);
      made.recursive().overwrite(false).opt(EXCLUSIVE, true);
      write(made.build());
    } catch (IOException e) { // an object store's is of its own kind, when the file is closed
      if (token.equals(heldAfter(e))) {
        return; // written, and the answer was lost: a second try met our own file
      }
      if (e instanceof FileAlreadyExistsException
          || e instanceof java.nio.file.FileAlreadyExistsException
          || !token.startsWith(heldAfter(e))) { // what a failed write left of ours is no other's
        throw new UsageException(
            List.of(
                "output "
                    + file.getParent()
                    + " was just begun by another run: let it finish, or name another output"));
      }
      throw e;
    }
  }

  /** Takes an output from whatever run it belongs to. */
  void take() throws IOException {
    write(files.create(file, true));
  }

  private void write(OutputStream created) throws IOException {
    try (OutputStream out = created) {
      out.write(token.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Whether the output belongs to this run still. */
  boolean isOurs() throws IOException {
    return token.equals(held()); // there is none while another run replaces the output
  }

  /** What the file holds after a failed write; nothing where that cannot be told either. */
  private String heldAfter(IOException failure) {
    try {
      return held();
    } catch (IOException e) {
      failure.addSuppressed(e);
      return "";
    }
  }

  /** What the file holds, which is nothing where there is none. */
  private String held() throws IOException {
    try (InputStream in = files.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      return "";
    }
  }

  /**
   * Ends a run that lost its output.
   *
   * @throws IOException if it did
   */
  void require() throws IOException {
    if (!isOurs()) {
      throw new IOException(
          "another run has taken output " + file.getParent() + ", which must have one at a time");
    }
  }
}
