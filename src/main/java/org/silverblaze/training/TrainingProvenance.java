package org.silverblaze.training;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.silverblaze.Version;
import org.silverblaze.dataset.Provenance;

/**
 * How a process worked on a run: one line of {@code provenance.jsonl}. Outside the promise of equal bytes. A process that was
 * killed leaves no line.
 *
 * @param time when the record was made, UTC, ISO 8601
 * @param version version of the program
 * @param revision source revision of the program
 * @param user who
 * @param host where
 * @param system operating system and processor
 * @param java version of the Java runtime
 * @param engine engine that trained
 * @param threads threads that it could use
 * @param command the command line
 * @param fromEpoch epochs that were done before
 * @param toEpoch epochs that are done now
 * @param seconds wall time of all epochs, those before and those lost in killed processes excepted
 * @param complete whether the run is complete
 */
record TrainingProvenance(
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
        @JsonProperty("from_epoch") int fromEpoch,
        @JsonProperty("to_epoch") int toEpoch,
        double seconds,
        boolean complete) {
    static final String FILE = Provenance.FILE;

    /** A record of here and now. */
    static TrainingProvenance now(
            String engine,
            int threads,
            List<String> command,
            int fromEpoch,
            int toEpoch,
            double seconds,
            boolean complete) {
        return new TrainingProvenance(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Version.NUMBER,
                Version.revision(),
                System.getProperty("user.name", "unknown"),
                Provenance.hostName(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                Runtime.version().toString(),
                engine,
                threads,
                command,
                fromEpoch,
                toEpoch,
                seconds,
                complete);
    }
}
