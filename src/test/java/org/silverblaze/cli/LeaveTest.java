package org.silverblaze.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was printed arrives, the code is the right one, and nothing of the JVM's own way out runs. */
final class LeaveTest {
    @ParameterizedTest
    @ValueSource(ints = {ExitCode.STOPPED_EARLY, ExitCode.INTERRUPTED})
    void theProcessEndsAtOnceWithItsCode(int code) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Leaves.class.getName(),
                        Integer.toString(code))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(code);
        assertThat(said).isEqualTo("said");
    }

    /** Leaves while a shutdown hook would keep the JVM for ever. */
    static final class Leaves {
        private Leaves() {}

        public static void main(String[] arguments) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> Signals.sleepMillis(Long.MAX_VALUE)));
            System.out.print("said");
            Leave.atOnce(Integer.parseInt(arguments[0]));
        }
    }
}
