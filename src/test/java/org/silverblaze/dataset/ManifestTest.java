package org.silverblaze.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silverblaze.BadInput;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.lattice.Lattice;

final class ManifestTest {
    @TempDir
    Path temp;

    private static Manifest manifest(double eta, double mu) {
        return Manifest.of(
                Lattice.of(6, 4),
                eta,
                1,
                List.of(new Manifest.Point(mu, new Schedule(24, 100, 3))),
                100,
                10,
                Long.MAX_VALUE,
                WormAlgorithm.DIRECTED);
    }

    @Test
    void equalRequestsGiveEqualBytesAndComeBack() throws Exception {
        Manifest manifest = manifest(0.1 + 0.2, 1.0 / 3);
        assertThat(manifest.json()).isEqualTo(manifest(0.1 + 0.2, 1.0 / 3).json());
        Files.writeString(temp.resolve(Manifest.FILE), manifest.json());
        Manifest read = Manifest.read(temp.resolve(Manifest.FILE));
        assertThat(read).isEqualTo(manifest);
        assertThat(read.couplings(0).eta()).isEqualTo(0.1 + 0.2);
        assertThat(read.chainSpec(0)).isEqualTo(manifest.chainSpec(0));
        assertThat(manifest(0.3, 0.5).json())
                .isNotEqualTo(manifest(0.1 + 0.2, 0.5).json());
        // Minus zero is zero: the same theory.
        assertThat(manifest(4, -0.0)).isEqualTo(manifest(4, 0.0));
        assertThat(manifest(4, -0.0).json()).isEqualTo(manifest(4, 0.0).json());
    }

    @Test
    void othersAreRefusedInOneLine() throws Exception {
        String json = manifest(4.01, 1).json();
        refused(json.replace("\"format\" : 1", "\"format\" : 3"), "format 3");
        refused(json.replace("\"format\" : 1", "\"format\" : 2"), "changed");
        refused(json.replace("\"format\" : 1", "\"format\" : 0"), "format 0");
        refused("{}", "no format version");
        refused("[]", Manifest.FILE);
        refused("", Manifest.FILE);
        refused(json.substring(0, json.length() / 2), Manifest.FILE);
        refused(json.replace("\"seed\"", "\"sead\""), "sead");
        refused(json.replace("\"revision\" : 2", "\"revision\" : 999"), "revision");
        refused(json.replace("\"id\" : \"directed\"", "\"id\" : \"diverted\""), "diverted");
        refused(json.replace("\"6x4\"", "\"6y4\""), "6y4");
        refused(json.replace("\"samples\" : 100", "\"samples\" : 0"), "samples");
        refused(json.replace("\"blocks\" : 1", "\"blocks\" : 3"), "changed");
        refused(json + " ", "changed");
    }

    private void refused(String json, String naming) throws Exception {
        Path file = temp.resolve(Manifest.FILE);
        Files.writeString(file, json);
        assertThatThrownBy(() -> Manifest.read(file))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(naming)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("\n");
    }

    @Test
    void requestsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> Manifest.of(Lattice.of(2), 3, 1, List.of(), 1, 1, 1, WormAlgorithm.DIRECTED))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--mu");
        Manifest.Point twice = new Manifest.Point(1, new Schedule(1, 0, 1));
        assertThatThrownBy(
                        () -> Manifest.of(Lattice.of(2), 3, 1, List.of(twice, twice), 1, 1, 1, WormAlgorithm.DIRECTED))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> manifest(4.01, 1).indexOf(0.9)).isInstanceOf(BadInput.class);
        assertThat(manifest(4.01, 0.9).indexOf(0.9)).isZero();
    }
}
