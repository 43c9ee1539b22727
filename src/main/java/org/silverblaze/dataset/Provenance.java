package org.silverblaze.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.silverblaze.Version;
import org.silverblaze.files.Json;

/**
 * How a run came about: one line of {@code provenance.jsonl} where it ends and, where it found the schedule for its request, one where it begins.
 * Outside the promise of equal bytes.
 *
 * @param time when the record was made, UTC, ISO 8601
 * @param version version of the program
 * @param revision source revision of the program
 * @param user who
 * @param host where
 * @param system operating system and processor
 * @param java version of the Java runtime
 * @param engine engine that sampled
 * @param threads threads used
 * @param command the command line
 * @param seconds wall time of the run
 * @param cpuSeconds processor time of the run
 * @param shards shards that this run wrote
 * @param resumed whether there were shards of an earlier run
 * @param complete whether the data set is complete after this run
 * @param tauInt integrated autocorrelation times, measured or from the pilot; may be empty
 * @param notes what the run found that one should know, a line each: spacing, length, thermalization, rare sectors
 * @param notThermalized chemical potentials at which the run had not thermalized, as {@code notes} say in words
 * @param request what was asked for, before schedules were known; null in lines that do not settle them
 * @param manifest SHA-256 of the manifest that the request led to; null where {@code request} is
 */
public record Provenance(
        String time,
        String version,
        String revision,
        String user,
        String host,
        String system,
        String java,
        String engine,
        int threads,
        List<String> command,
        double seconds,
        double cpuSeconds,
        int shards,
        boolean resumed,
        boolean complete,
        List<Tau> tauInt,
        List<String> notes,
        List<Double> notThermalized,
        @JsonInclude(JsonInclude.Include.NON_NULL) String request,
        @JsonInclude(JsonInclude.Include.NON_NULL) String manifest) {
    /** Name in the folder. */
    public static final String FILE = "provenance.jsonl";

    /**
     * Integrated autocorrelation times at one chemical potential, in units of the spacing of samples.
     *
     * @param mu chemical potential
     * @param n of the particle density; null where it stayed constant or nearly so
     * @param phi2 of |phi|^2; null where it was not measured
     * @param zeroMode of the zero mode of fields; null for fluxes
     */
    public record Tau(
            double mu,
            Double n,
            Double phi2,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double zeroMode) {}

    public Provenance {
        command = List.copyOf(command);
        tauInt = List.copyOf(tauInt);
        // Lines of earlier programs lack what was not known then.
        notes = notes == null ? List.of() : List.copyOf(notes);
        notThermalized = notThermalized == null ? List.of() : List.copyOf(notThermalized);
    }

    /** This record with those notes. */
    public Provenance withNotes(List<String> lines, List<Double> mus) {
        return new Provenance(
                time,
                version,
                revision,
                user,
                host,
                system,
                java,
                engine,
                threads,
                command,
                seconds,
                cpuSeconds,
                shards,
                resumed,
                complete,
                tauInt,
                lines,
                mus,
                request,
                manifest);
    }

    /** This record with the manifest that a request led to. */
    public Provenance settling(String settledRequest, Manifest settled) {
        return new Provenance(
                time,
                version,
                revision,
                user,
                host,
                system,
                java,
                engine,
                threads,
                command,
                seconds,
                cpuSeconds,
                shards,
                resumed,
                complete,
                tauInt,
                notes,
                notThermalized,
                settledRequest,
                settled.sha256());
    }

    /** Whether a run found by this request that the data set is this one. */
    public boolean settles(String asked, Manifest found) {
        return asked.equals(request) && found.sha256().equals(manifest);
    }

    /** A record of here and now. */
    public static Provenance now(
            String engine,
            int threads,
            List<String> command,
            double seconds,
            double cpuSeconds,
            int shards,
            boolean resumed,
            boolean complete,
            List<Tau> tauInt) {
        return new Provenance(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Version.NUMBER,
                Version.revision(),
                System.getProperty("user.name", "unknown"),
                hostName(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                Runtime.version().toString(),
                engine,
                threads,
                command,
                seconds,
                cpuSeconds,
                shards,
                resumed,
                complete,
                tauInt,
                List.of(),
                List.of(),
                null,
                null);
    }

    /**
     * Every line of a data set's provenance, in order; none where there is no file.
     *
     * @param folder of the data set
     */
    public static List<Provenance> read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        List<Provenance> lines = new ArrayList<>();
        if (!Files.exists(file)) {
            return lines;
        }
        for (String line : Files.readAllLines(file)) {
            lines.add(Json.read(line, Provenance.class, file));
        }
        return lines;
    }

    /** Name of this machine. */
    public static String hostName() {
        // The kernel's own answer first: asking the resolver can take seconds on a node with a broken one.
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (IOException none) {
                return "unknown";
            }
        }
    }
}
