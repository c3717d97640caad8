package io.sparkattention.udfs.location;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A repository of the Hugging Face hub at a commit. Its files stay in the lasting folder of this
 * machine, one directory a commit; a directory that is there is used without network.
 */
final class HubSource implements ModelSource {

  /** Says how the hub is reached. */
  @FunctionalInterface
  interface Reach {
    HubSettings settings() throws IOException;
  }

  private final Reach reach;

  HubSource() {
    this(HubSettings::current);
  }

  HubSource(Reach reach) {
    this.reach = reach;
  }

  @Override
  public String form() {
    return HubLocation.SCHEME + "org/name@revision";
  }

  @Override
  public boolean serves(String location) {
    return location.startsWith(HubLocation.SCHEME);
  }

  @Override
  public String pinned(String location) {
    HubLocation hub = HubLocation.parse(location);
    if (hub.pinned()) {
      return location;
    }
    HubSettings settings = settings();
    JsonNode revision = revision(settings, hub);
    return hub.at(revision.path("sha").asText()).toString();
  }

  @Override
  public Path localize(String location) throws IOException {
    HubLocation hub = HubLocation.parse(location);
    HubSettings settings = settings();
    Path folder = settings.folder().resolve(hub.folder());
    Path directory = folder.resolve(hub.revision());
    if (Files.isDirectory(directory)) {
      return directory;
    }
    Files.createDirectories(folder);
    Path lock = folder.resolve(hub.revision() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) { // other executors of this machine wait here
      if (!Files.isDirectory(directory)) {
        fetch(settings, hub, directory);
      }
    }
    return directory;
  }

  private void fetch(HubSettings settings, HubLocation hub, Path directory) throws IOException {
    List<HubFile> files = new ArrayList<>();
    revision(settings, hub).path("siblings").forEach(each -> files.add(HubFile.read(each)));
    Path partial = directory.resolveSibling(directory.getFileName() + ".partial");
    HubDownload download = new HubDownload(new HubClient(settings), settings, hub);
    for (HubFile file : HubFile.needed(files, hub)) {
      download.fetch(file, partial);
    }
    Files.move(partial, directory, StandardCopyOption.ATOMIC_MOVE);
  }

  private JsonNode revision(HubSettings settings, HubLocation hub) {
    try {
      JsonNode revision = new HubClient(settings).revision(hub);
      String commit = revision.path("sha").asText();
      if (!hub.at(commit).pinned()) {
        throw new IllegalArgumentException(
            "model '" + hub + "': " + settings.endpoint() + " names no commit for this revision");
      }
      return revision;
    } catch (IOException e) {
      throw new IllegalArgumentException(unreachable(settings, hub, e), e);
    }
  }

  private String unreachable(HubSettings settings, HubLocation hub, IOException e) {
    String here = commitsHere(settings, hub);
    return "model '"
        + hub
        + "': "
        + settings.endpoint()
        + " cannot be reached ("
        + e
        + "). Fetch the model beforehand where it can: hf download "
        + hub.repository()
        + " --revision "
        + hub.revision()
        + " --local-dir DIRECTORY; bring the directory to a place that executors reach (hdfs://,"
        + " s3a://, --archives) and name that place. "
        + HubSettings.ENDPOINT.key()
        + " or HF_ENDPOINT names a mirror."
        + (here.isEmpty() ? "" : " Without network this machine has " + here);
  }

  private static String commitsHere(HubSettings settings, HubLocation hub) {
    Path folder = settings.folder().resolve(hub.folder());
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(entry -> hub.at(entry.getFileName().toString()))
          .filter(HubLocation::pinned)
          .map(HubLocation::toString)
          .sorted()
          .collect(Collectors.joining(", "));
    } catch (IOException e) {
      return ""; // nothing was ever fetched
    }
  }

  private HubSettings settings() {
    try {
      return reach.settings();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "there is no folder for models of the hub: " + e.getMessage(), e);
    }
  }
}
