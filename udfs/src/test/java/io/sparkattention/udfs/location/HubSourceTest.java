package io.sparkattention.udfs.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.TextEmbedder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HubSourceTest {

  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path folder;
  private FakeHub hub;

  @BeforeEach
  void start() throws IOException {
    hub = new FakeHub();
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private Path place() {
    return folder.resolve("org--name").resolve(FakeHub.COMMIT);
  }

  private Path partialWeights() {
    return folder.resolve("org--name").resolve(FakeHub.COMMIT + ".partial/" + WEIGHTS + ".partial");
  }

  private void assertWhole(Path directory) throws IOException {
    for (String name : List.of("config.json", "1_Pooling/config.json", WEIGHTS)) {
      assertThat(directory.resolve(name)).as(name).hasBinaryContent(hub.files.get(name));
    }
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.filter(Files::isRegularFile)).as("no pickle, nothing else").hasSize(3);
    }
  }

  @Test
  void filesThatLoadingReadsAreFetchedOnce() throws IOException {
    Path directory = hub.source(folder).localize(FakeHub.PINNED);
    assertThat(directory).isEqualTo(place());
    assertWhole(directory);
    assertThat(hub.requests)
        .containsExactly(
            "org/name/revision/" + FakeHub.COMMIT, "1_Pooling/config.json", "config.json", WEIGHTS);
    hub.close();
    assertThat(hub.source(folder).localize(FakeHub.PINNED)).as("no network").isEqualTo(directory);
  }

  @Test
  void whatWasFetchedLoads() throws IOException {
    Path model = new ClassPathSource().localize("classpath:golden/bert-sentence-transformer");
    hub.files.clear();
    try (Stream<Path> files = Files.walk(model)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        hub.files.put(model.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    ExecutorService pool = Executors.newFixedThreadPool(1);
    Path fetched = hub.source(folder).localize(FakeHub.PINNED);
    try (LoadedModel original = LoadedModel.load(model, ModelSpec.of("original"), pool);
        LoadedModel copy = LoadedModel.load(fetched, ModelSpec.of("copy"), pool)) {
      assertThat(vector(copy)).isEqualTo(vector(original));
    } finally {
      pool.shutdown();
    }
  }

  private static float[] vector(LoadedModel model) {
    return model.embedder().embed(List.of("a storm"), TextEmbedder.Role.QUERY).get(0).vector();
  }

  @Test
  void aBranchIsPinnedToItsCommit() {
    HubSource source = hub.source(folder);
    assertThat(source.pinned("hf://org/name")).isEqualTo(FakeHub.PINNED);
    assertThat(source.pinned("hf://org/name@main")).isEqualTo(FakeHub.PINNED);
    hub.close();
    assertThat(source.pinned(FakeHub.PINNED)).as("no network").isEqualTo(FakeHub.PINNED);
  }

  @Test
  void aBrokenTransferGoesOn() throws IOException {
    hub.breaks.addAll(List.of(100_000, 50_000));
    assertWhole(hub.source(folder).localize(FakeHub.PINNED));
    assertThat(hub.requests)
        .endsWith(WEIGHTS, WEIGHTS + " from 100000", WEIGHTS + " from 150000")
        .hasSize(6);
  }

  @Test
  void aBrokenTransferBeginsAnewWhereTheServerDoesNotResume() throws IOException {
    hub.resumes = false;
    hub.breaks.add(100_000);
    assertWhole(hub.source(folder).localize(FakeHub.PINNED));
  }

  @Test
  void aTransferThatBringsNothingIsGivenUpAndGoesOnInAnotherProcess() throws IOException {
    hub.breaks.addAll(List.of(100_000, 0, 0));
    HubSource source = hub.source(folder);
    assertThatThrownBy(() -> source.localize(FakeHub.PINNED)).isInstanceOf(IOException.class);
    assertThat(place()).as("half a model").doesNotExist();
    assertThat(partialWeights()).hasSize(100_000);
    hub.requests.clear();
    assertWhole(hub.source(folder).localize(FakeHub.PINNED));
    assertThat(hub.requests)
        .containsExactly("org/name/revision/" + FakeHub.COMMIT, WEIGHTS + " from 100000");
  }

  @Test
  void whatAnEarlierProcessLeftIsNotTrusted() throws IOException {
    Files.createDirectories(partialWeights().getParent());
    Files.write(partialWeights(), new byte[120_000]);
    assertWhole(hub.source(folder).localize(FakeHub.PINNED));
    assertThat(hub.requests).endsWith(WEIGHTS + " from 120000", WEIGHTS);
  }

  @Test
  void aLeftoverThatIsTooLongIsFetchedAnew() throws IOException {
    Files.createDirectories(partialWeights().getParent());
    Files.write(partialWeights(), new byte[400_000]);
    assertWhole(hub.source(folder).localize(FakeHub.PINNED));
  }

  @ParameterizedTest
  @ValueSource(strings = {WEIGHTS, "config.json"})
  void aWrongChecksumIsRefused(String file) {
    hub.tamperedFile = file;
    HubSource source = hub.source(folder);
    assertThatThrownBy(() -> source.localize(FakeHub.PINNED))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file + " is not what it should be: ")
        .hasMessageContaining("they were deleted")
        .hasMessageContaining("or a mirror of it?");
    assertThat(place()).doesNotExist();
    assertThat(partialWeights()).doesNotExist();
  }

  @Test
  void headersTellChecksumsWhereTheDescriptionDoesNot() throws IOException {
    hub.tellsChecksums = false;
    hub.tamperedFile = WEIGHTS;
    HubSource source = hub.source(folder);
    assertThatThrownBy(() -> source.localize(FakeHub.PINNED))
        .hasMessageContaining(FakeHub.sha256(hub.files.get(WEIGHTS)));
    hub.tamperedFile = "";
    assertWhole(source.localize(FakeHub.PINNED));
  }

  @Test
  void aHubThatIsBusyIsAskedAgain() throws IOException {
    hub.busy.set(2);
    assertWhole(hub.source(folder).localize(FakeHub.PINNED));
    hub.busy.set(3);
    assertThatThrownBy(() -> hub.source(folder).pinned("hf://org/name@main"))
        .hasMessageContaining("answers 503");
  }

  @Test
  void theTokenGoesToTheHubAlone() throws IOException {
    hub.token = "secret";
    HubSettings settings = hub.settings(folder, "secret");
    assertThat(settings.toString()).doesNotContain("secret");
    assertWhole(new HubSource(() -> settings).localize(FakeHub.PINNED));
    assertThat(hub.tokensOfStore).containsExactly("null");
  }

  @Test
  void whoMayNotReadIsToldWhatToDo() {
    hub.token = "secret";
    assertThatThrownBy(() -> hub.source(folder).localize(FakeHub.PINNED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("answers 401: there is no such model, or it is private")
        .hasMessageContaining("set HF_TOKEN")
        .hasMessageContaining("spark.executorEnv.HF_TOKEN");
    HubSettings wrong = hub.settings(folder, "another");
    assertThatThrownBy(() -> new HubSource(() -> wrong).localize(FakeHub.PINNED))
        .hasMessageContaining("answers 403: the token may not read it; accept the model's terms at")
        .hasMessageContaining("/org/name,")
        .hasMessageNotContaining("another");
  }

  @Test
  void whatDoesNotExistIsNamed() {
    for (String location : List.of("hf://org/other", "hf://org/name@v9")) {
      assertThatThrownBy(() -> hub.source(folder).pinned(location))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("model '" + HubLocation.parse(location))
          .hasMessageContaining("answers 404")
          .hasMessageContaining("check organization, name and revision");
    }
  }

  @Test
  void withoutNetworkItIsSaidHowToFetchBeforehand() throws IOException {
    HubSource source = hub.source(folder);
    source.localize(FakeHub.PINNED);
    hub.close();
    assertThatThrownBy(() -> source.pinned("hf://org/name@main"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be reached (java.net.ConnectException")
        .hasMessageContaining("hf download org/name --revision main --local-dir DIRECTORY")
        .hasMessageContaining("spark.attention.hf.endpoint or HF_ENDPOINT names a mirror")
        .hasMessageEndingWith("Without network this machine has " + FakeHub.PINNED);
  }

  @Test
  void aRepositoryOfPicklesIsRefused() {
    hub.files.remove(WEIGHTS);
    assertThatThrownBy(() -> hub.source(folder).localize(FakeHub.PINNED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has neither model.safetensors nor model.onnx: pickles are not read");
    assertThat(hub.requests).hasSize(1);
  }

  @Test
  void aGraphIsFetchedWhereThereAreNoOtherWeights() throws IOException {
    hub.files.remove(WEIGHTS);
    byte[] graph = "graph".getBytes(StandardCharsets.UTF_8);
    hub.files.put("onnx/model.onnx", graph);
    hub.files.put("onnx/model_O4.onnx", graph);
    hub.files.put("openvino/config.json", graph);
    hub.files.put("../../outside.json", graph);
    Path directory = hub.source(folder).localize(FakeHub.PINNED);
    assertThat(directory.resolve("onnx/model.onnx")).hasBinaryContent(graph);
    assertThat(directory.resolve("onnx/model_O4.onnx")).doesNotExist();
    assertThat(directory.resolve("openvino")).doesNotExist();
    assertThat(hub.requests).hasSize(4);
  }

  @Test
  void locationsOfOtherFormsAreRefused() {
    for (String location :
        List.of("hf://name", "hf://org/name@", "hf://org/../name", "hf://a/b/c")) {
      assertThatThrownBy(() -> hub.source(folder).pinned(location))
          .hasMessageContaining("write hf://org/name@revision, with a commit as revision");
    }
  }

  @Test
  void threadsThatCallAtOnceFetchOnce() throws Exception {
    byte[] large = new byte[4_000_000];
    Arrays.fill(large, (byte) 7);
    hub.files.put(WEIGHTS, large);
    HubSource source = hub.source(folder);
    ModelLocalizer localizer = new ModelLocalizer(location -> source);
    Callable<Path> call = () -> localizer.once("hf://org/name@main");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (Future<Path> done : threads.invokeAll(Collections.nCopies(4, call))) {
        assertThat(done.get()).isEqualTo(place());
      }
    } finally {
      threads.shutdown();
    }
    assertThat(hub.requests).as("the branch, the commit, three files").hasSize(5);
    assertThat(localizer.once(FakeHub.PINNED)).as("the same").isEqualTo(place());
  }
}
