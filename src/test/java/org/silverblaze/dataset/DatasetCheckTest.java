package org.silverblaze.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silverblaze.Progress;

final class DatasetCheckTest {
    private static final ShardId ID = new ShardId(1, 0, 0);

    @TempDir
    Path temp;

    private Manifest manifest;

    @BeforeEach
    void write() throws Exception {
        manifest = ShardFiles.write(temp, ShardFiles.manifest("5x3", 40, 4, 10, 1.05, 0.91));
    }

    private String fault() {
        DatasetCheck.Result result = DatasetCheck.check(temp, Progress.NONE);
        assertThat(result.passed()).isFalse();
        return result.fault().orElseThrow();
    }

    @Test
    void anUntouchedDataSetPasses() {
        DatasetCheck.Result result = DatasetCheck.check(temp, Progress.NONE);
        assertThat(result.fault()).isEmpty();
        assertThat(result.shards()).isEqualTo(2);
        assertThat(result.samples()).isEqualTo(80);
    }

    @Test
    void everyBitCounts() throws Exception {
        long seed = 271828;
        Random random = new Random(seed);
        String[] names = {ID.fileName(), Manifest.FILE, Checksums.FILE};
        for (int turn = 0; turn < 60; turn++) {
            Path file = temp.resolve(names[turn % names.length]);
            byte[] bytes = Files.readAllBytes(file);
            byte[] damaged = bytes.clone();
            int at = random.nextInt(bytes.length);
            int bit = random.nextInt(8);
            damaged[at] ^= (byte) (1 << bit);
            Files.write(file, damaged);
            DatasetCheck.Result result = DatasetCheck.check(temp, Progress.NONE);
            String where =
                    "seed " + seed + ", turn " + turn + ": bit " + bit + " of byte " + at + " of " + file.getFileName();
            assertThat(result.passed()).as(where).isFalse();
            assertThat(result.fault().orElseThrow())
                    .as(where)
                    .contains(temp.toString())
                    .doesNotContain("\n");
            Files.write(file, bytes);
        }
        assertThat(DatasetCheck.check(temp, Progress.NONE).passed()).isTrue();
    }

    /** Changes a shard and makes the checksums anew, as somebody who tampers with the data would. */
    private void forge(Consumer<Shard> change) throws Exception {
        Shard shard = ShardFile.read(temp, manifest, ID);
        change.accept(shard);
        var hashes = Checksums.read(temp.resolve(Checksums.FILE));
        hashes.put(ID.fileName(), ShardFile.write(temp, shard));
        Files.writeString(temp.resolve(Checksums.FILE), Checksums.text(hashes));
    }

    @Test
    void aBrokenFluxIsNamed() throws Exception {
        forge(shard -> shard.k()[3 * 30 + 7]++);
        assertThat(fault()).contains(ID.fileName(), "sample 3 (chain 0, draw 3)", "not conserved");
    }

    @Test
    void aNegativeFluxIsNamed() throws Exception {
        forge(shard -> shard.l()[30 + 2] = -1);
        assertThat(fault()).contains(ID.fileName(), "sample 1 (chain 0, draw 1)", "at least 0");
    }

    @Test
    void aFluxThatTheLabelsDoNotKnowIsNamed() throws Exception {
        forge(shard -> shard.l()[0]++);
        assertThat(fault()).contains("sample 0", "phi2 is stored as");
    }

    @Test
    void wrongLabelsAreNamed() throws Exception {
        forge(shard -> shard.contact()[39] = Math.nextUp(shard.contact()[39]));
        assertThat(fault()).contains("sample 39 (chain 3, draw 9)", "contact is stored as");
        forge(shard -> {
            shard.contact()[39] = Math.nextDown(shard.contact()[39]);
            shard.n()[2] = -shard.n()[2] + 1;
        });
        assertThat(fault()).contains("sample 2 ", "n is stored as");
        forge(shard -> {
            shard.n()[2] = -shard.n()[2] + 1;
            shard.phi4()[0] = Double.NaN;
        });
        assertThat(fault()).contains("sample 0 ", "phi4 is stored as NaN");
    }

    @Test
    void wrongOrderIsNamed() throws Exception {
        forge(shard -> shard.draw()[5] = 4);
        assertThat(fault()).contains(ID.fileName(), "sample 5 is draw 4 of chain 0, expected draw 5");
    }

    @Test
    void aMissingShardIsNamed() throws Exception {
        Files.delete(temp.resolve(ID.fileName()));
        assertThat(fault()).contains("1 of 2 shards are missing", ID.fileName());
    }
}
