package org.silverblaze.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;

/** Which device `--device` takes; the emulation has one. */
final class CudaChoiceTest {
    @BeforeAll
    static void kernels() {
        System.setProperty(Cuda.ALLOW_EMULATION, "true");
        assumeThat(Cuda.available()).as(Cuda.description()).isTrue();
    }

    @Test
    void theFirstDeviceIsThere() {
        assertThatCode(() -> CudaEngine.useDevice(0)).doesNotThrowAnyException();
        assertThat(Cuda.device()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1, 99})
    void aDeviceThatIsNotThereIsOneLine(int device) {
        assertThatThrownBy(() -> CudaEngine.useDevice(device))
                .isInstanceOf(BadInput.class)
                .hasMessage("--device " + device + ": expected 0, there is one device");
        assertThat(Cuda.device()).isZero();
    }
}
