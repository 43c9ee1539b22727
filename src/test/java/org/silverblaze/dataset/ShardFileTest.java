package org.silverblaze.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silverblaze.BadInput;

final class ShardFileTest {
    private static final ShardId ID = new ShardId(0, 0, 0);

    @TempDir
    Path temp;

    private Manifest manifest() {
        return ShardFiles.manifest("5x3", 40, 4, 10, 1.05, 0.91);
    }

    private byte[] shardBytes() throws IOException {
        ShardFiles.write(temp.resolve("data"), manifest());
        return Files.readAllBytes(temp.resolve("data").resolve(ID.fileName()));
    }

    private static void assertOneLineNaming(Throwable thrown, String name, String when) {
        assertThat(thrown).as(when).isInstanceOf(BadInput.class);
        assertThat(thrown.getMessage()).as(when).contains(name).doesNotContain("\n");
    }

    @Test
    void theFileHoldsTheContentAndNothingOfTheHost() throws Exception {
        byte[] bytes = shardBytes();
        String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(text)
                .doesNotContain("jHDF")
                .doesNotContain(System.getProperty("os.name"))
                .doesNotContain(System.getProperty("os.arch"));
        Shard shard = ShardFile.read(Path.of("x"), bytes, manifest(), ID);
        ShardFile.write(temp, shard);
        assertThat(Files.readAllBytes(temp.resolve(ID.fileName()))).isEqualTo(bytes);
    }

    @Test
    void filesCutShortAreNamedInOneLine() throws Exception {
        byte[] bytes = shardBytes();
        TreeSet<Integer> lengths = new TreeSet<>();
        for (int i = 0; i < 100; i++) {
            lengths.add(i);
            lengths.add(bytes.length - 1 - i);
        }
        for (int i = 0; i < bytes.length; i += 97) {
            lengths.add(i);
        }
        for (int length : lengths) {
            byte[] cut = Arrays.copyOf(bytes, length);
            Throwable thrown = catchThrowable(() -> ShardFile.read(Path.of("cut.h5"), cut, manifest(), ID));
            assertOneLineNaming(thrown, "cut.h5", "length " + length + " of " + bytes.length);
        }
    }

    @Test
    void damagedFilesNeverEscapeAsAnythingElse() throws Exception {
        byte[] bytes = shardBytes();
        long seed = 20260726;
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            byte[] damaged = bytes.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Throwable thrown = catchThrowable(() -> ShardFile.read(Path.of("hit.h5"), damaged, manifest(), ID));
            if (thrown != null) {
                assertOneLineNaming(thrown, "hit.h5", "seed " + seed + ", turn " + i);
            }
        }
    }

    @Test
    void foreignFilesAreNamedInOneLine() {
        for (byte[] foreign :
                new byte[][] {{}, "hello".getBytes(java.nio.charset.StandardCharsets.UTF_8), new byte[5000]}) {
            Throwable thrown = catchThrowable(() -> ShardFile.read(Path.of("foreign.h5"), foreign, manifest(), ID));
            assertOneLineNaming(thrown, "foreign.h5", foreign.length + " bytes");
        }
    }

    @Test
    void aShardOfAnotherPlaceOrRequestIsRefused() throws Exception {
        byte[] bytes = shardBytes();
        Manifest manifest = manifest();
        assertThatThrownBy(() -> ShardFile.read(Path.of("x.h5"), bytes, manifest, new ShardId(1, 0, 0)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("x.h5: attribute mu is 1.05, the manifest says 0.91");
        Manifest other = new Manifest(
                manifest.lattice(), 4.25, 1.0, manifest.points(), 40, 4, 7, manifest.algorithm(), 10, new TreeMap<>());
        assertThatThrownBy(() -> ShardFile.read(Path.of("x.h5"), bytes, other, ID))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("attribute eta is 4.01, the manifest says 4.25");
        assertThatThrownBy(() ->
                        ShardFile.read(Path.of("x.h5"), bytes, ShardFiles.manifest("5x3", 44, 4, 11, 1.05, 0.91), ID))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("shape");
        assertThatThrownBy(() ->
                        ShardFile.read(Path.of("x.h5"), bytes, ShardFiles.manifest("3x5", 40, 4, 10, 1.05, 0.91), ID))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("attribute lattice is [5, 3], the manifest says [3, 5]");
    }

    @Test
    void labelsOfLaterTasksHaveTheirPlace() throws Exception {
        Manifest plain = manifest();
        TreeMap<String, String> meanings = new TreeMap<>();
        meanings.put("worms", "open worms inserted");
        Manifest labelled = new Manifest(
                plain.lattice(),
                plain.eta(),
                plain.lambda(),
                plain.points(),
                40,
                4,
                7,
                plain.algorithm(),
                10,
                meanings);
        Shard shard = ShardFile.read(Path.of("x"), shardBytes(), plain, ID);
        TreeMap<String, double[]> labels = new TreeMap<>();
        labels.put("worms", new Random(1).doubles(40).toArray());
        Shard with = new Shard(
                labelled,
                ID,
                shard.k(),
                shard.l(),
                shard.chain(),
                shard.draw(),
                shard.n(),
                shard.phi2(),
                shard.phi4(),
                shard.contact(),
                labels);
        ShardFile.write(temp, with);
        assertThat(ShardFile.read(temp, labelled, ID).labels().get("worms")).isEqualTo(labels.get("worms"));
        assertThatThrownBy(() -> ShardFile.read(temp, plain, ID))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("'worms'");
    }

    @Test
    void readingAndWritingSayNothing() throws Exception {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (PrintStream heard = new PrintStream(said, true)) {
            System.setOut(heard);
            System.setErr(heard);
            ShardFile.read(Path.of("x"), shardBytes(), manifest(), ID);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        assertThat(said.size()).isZero();
    }
}
