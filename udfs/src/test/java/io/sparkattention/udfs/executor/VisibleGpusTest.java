package io.sparkattention.udfs.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisibleGpusTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3 | 3 | 0",
        "2,3 | 3 | 1",
        "1,0 | 0 | 1",
        "5, 7 | 7 | 1",
        "3 | 0 | 0", // counted inside the container
        "GPU-a1,GPU-b2 | 1 | 1",
        "GPU-a1,GPU-b2 | GPU-b2 | 1",
        "GPU-a1f0,GPU-b2 | GPU-a1f0-77 | 0",
        "GPU-a1f0-77,GPU-b2 | GPU-a1f0 | 0",
        "MIG-5c89852c | MIG-5c89852c-d268 | 0",
        "MIG-GPU-8932f937-d72c/1/2 | MIG-GPU-8932f937-d72c/1/2 | 0",
        "0,-1,1 | 0 | 0",
      })
  void anAddressIsItsPlaceAmongTheVisible(String variable, String address, int index) {
    assertThat(new VisibleGpus(variable).index(address)).isEqualTo(index);
  }

  @Test
  void withoutTheVariableANumberIsItself() {
    assertThat(new VisibleGpus(null).index(" 3 ")).isEqualTo(3);
    assertThatThrownBy(() -> new VisibleGpus(null).index("GPU-a1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Spark assigned GPU 'GPU-a1', which is no number: set CUDA_VISIBLE_DEVICES for"
                + " executors, or have the discovery script write numbers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0 | 1", "0,-1,1 | 1", "2,3 | GPU-a1", "GPU-a1 | GPU-b2", "GPU-a1 | MIG-a1"})
  void aGpuThatIsHiddenIsRefused(String variable, String address) {
    assertThatThrownBy(() -> new VisibleGpus(variable).index(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Spark assigned GPU '%s', but CUDA_VISIBLE_DEVICES=%s does not show it to this"
                + " executor: let both name the same GPUs",
            address, variable);
  }

  @ParameterizedTest
  @CsvSource({"''", "-1", "NoDevFiles"})
  void whereAllAreHiddenThatIsSaid(String variable) {
    assertThatThrownBy(() -> new VisibleGpus(variable).index("0"))
        .hasMessageContaining("CUDA_VISIBLE_DEVICES=" + variable + " shows none");
  }
}
