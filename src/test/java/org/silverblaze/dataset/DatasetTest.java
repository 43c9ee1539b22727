package org.silverblaze.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.ObservableMeter;
import org.silverblaze.theory.Observables;

final class DatasetTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({
        "5, 7, 3, 7",
        "1, 1, 1, 1",
        "60x4, 40, 17, 1",
        "7x3, 50, 20, 2",
        "1x2, 33, 33, 1",
        "2x1x3, 100, 16, 4",
        "2x3x1x2, 37, 5, 3"
    })
    void whatIsWrittenIsReadAgain(String lattice, long samples, int chains, long segment) throws Exception {
        Manifest manifest =
                ShardFiles.write(temp.resolve("a"), ShardFiles.manifest(lattice, samples, chains, segment, 0.91, 1.05));
        ShardFiles.write(temp.resolve("b"), manifest);
        List<String> names = new ArrayList<>(List.of(Manifest.FILE, Checksums.FILE));
        manifest.shards().forEach(id -> names.add(id.fileName()));
        for (String name : names) {
            assertThat(temp.resolve("a").resolve(name))
                    .hasSameBinaryContentAs(temp.resolve("b").resolve(name));
        }

        Dataset dataset = Dataset.open(temp.resolve("a"));
        assertThat(dataset.manifest()).isEqualTo(manifest);
        Lattice sites = manifest.lattice();
        byte[] k = new byte[sites.links()];
        byte[] l = new byte[sites.links()];
        for (int mu = 0; mu < 2; mu++) {
            ObservableMeter meter = ObservableMeter.of(sites, manifest.couplings(mu));
            Samples all = dataset.load(mu);
            assertThat(all.count()).isEqualTo((int) samples);
            for (int i = 0; i < all.count(); i++) {
                assertThat(all.draw()[i]).isEqualTo(i / chains);
                assertThat(all.chain()[i]).isEqualTo(i % chains);
                ShardFiles.fill(new Random(all.chain()[i] * 1_000_003L + all.draw()[i] * 101 + mu), sites, k, l);
                Observables measured = meter.measure(k, l);
                int at = 2 * i * sites.links();
                assertThat(Arrays.copyOfRange(all.inputs(), at, at + sites.links()))
                        .isEqualTo(k);
                assertThat(Arrays.copyOfRange(all.inputs(), at + sites.links(), at + 2 * sites.links()))
                        .isEqualTo(l);
                assertThat(all.n()[i]).isEqualTo(measured.n());
                assertThat(all.phi2()[i]).isEqualTo(measured.phi2());
            }
        }
        assertThat(Files.list(temp.resolve("a"))
                        .map(f -> f.getFileName().toString())
                        .filter(f -> f.endsWith(".part")))
                .isEmpty();
    }

    @Test
    void namesAndBytesDoNotDependOnTheUsersLocale() throws Exception {
        Manifest manifest = ShardFiles.manifest("5x3", 40, 4, 4, 1.05);
        ShardFiles.write(temp.resolve("here"), manifest);
        Locale before = Locale.getDefault();
        try {
            // A language whose digits are not 0 to 9.
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            ShardFiles.write(temp.resolve("there"), manifest);
        } finally {
            Locale.setDefault(before);
        }
        for (ShardId id : manifest.shards()) {
            assertThat(id.fileName()).matches("mu000-block000-segment00[0-9][.]h5");
            assertThat(temp.resolve("here").resolve(id.fileName()))
                    .hasSameBinaryContentAs(temp.resolve("there").resolve(id.fileName()));
        }
        assertThat(temp.resolve("here").resolve(Checksums.FILE))
                .hasSameBinaryContentAs(temp.resolve("there").resolve(Checksums.FILE));
    }
}
