package org.silverblaze.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the loops compute, on a device or under host emulation; not how fast. */
final class CudaDeviceTest {
    @BeforeAll
    static void kernels() {
        System.setProperty(Cuda.ALLOW_EMULATION, "true");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024     | 550.54.15
            NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build  (root)  | 570.86.15
            NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  580.65.06  Release Build          | 580.65.06
            GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)                                         |
            """)
    void theDriverNamesItsVersion(String text, String version) {
        assertThat(CudaDevice.version(text)).isEqualTo(version);
    }

    @Test
    void updatesReachAllOfTheMemoryInWholeVectors() {
        assumeThat(Cuda.available()).as(Cuda.description()).isTrue();
        try (CudaDevice.Loop loop = new CudaDevice.Loop(0, 1_000_003)) {
            long once = loop.run();
            assertThat(once % (2 * 1_000_000L))
                    .as("launches of 1000000 bytes, read and written")
                    .isZero();
            float after = loop.first();
            assertThat(after).as("updates of the first number").isEqualTo(once / 2_000_000f);
            assertThat(loop.run()).isEqualTo(once);
            assertThat(loop.first()).isEqualTo(2 * after);
        }
    }

    @Test
    void multiplyAddsComeToTheSumOfTheirSeries() {
        assumeThat(Cuda.available()).as(Cuda.description()).isTrue();
        try (CudaDevice.Loop loop = new CudaDevice.Loop(0, 0)) {
            assertThat(loop.run()).isPositive();
            // x -> 0.999 x + 0.001, 2048 times from 0.999 + i for 16 sums i of thread 0: the distance from the fixed
            // point 1 shrinks.
            double distance = Math.pow(0.999, 2048) * (16 * (0.999 - 1) + 120);
            assertThat((double) loop.first()).isCloseTo(16 + distance, Offset.offset(0.02));
        }
    }

    @Test
    void aDeviceThatIsNotThereIsAnError() {
        assumeThat(Cuda.available()).as(Cuda.description()).isTrue();
        assertThatThrownBy(() -> new CudaDevice.Loop(1 << 20, 0).close()).isInstanceOf(CudaException.class);
    }
}
