package org.silverblaze.cli;

import java.util.Locale;
import java.util.Map;
import org.silverblaze.dataset.FieldSummary;
import org.silverblaze.dataset.Manifest;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.report.Cell;
import org.silverblaze.report.Table;
import org.silverblaze.statistics.Estimate;

/** What {@code inspect} shows of a data set of fields. */
final class FieldText {
    private static final Map<String, String> MEANING = Map.of(
            "phi2", "|phi|^2",
            "phi4", "|phi|^4",
            "hopping", "(1/V) sum 2 Re(phi*_x phi_x+nu)",
            "zero_mode", "(1/V) |sum phi_x|^2",
            "action", "S/V",
            "chi_phi2", "V Var(|phi|^2)");

    private FieldText() {}

    static String of(FieldSummary summary) {
        Manifest manifest = summary.manifest();
        FieldSchedule schedule = manifest.fieldSpec().schedule();
        Table table = Table.of("", "observable", "meaning", "mean", "tau_int");
        for (Map.Entry<String, Estimate> entry : summary.observables().entrySet()) {
            table = table.row(
                    Cell.text(entry.getKey()),
                    Cell.text(MEANING.get(entry.getKey())),
                    InspectCommand.measured(entry.getValue()),
                    InspectCommand.tau(entry.getValue()));
        }
        return String.format(
                Locale.ROOT,
                "field phi on lattice %s, eta = %s, lambda = %s, mu = 0, %d samples of %d chains, seed %d, %s with %d"
                        + " reflections, %d updates between samples%n%sautocorrelation times in units of the spacing of samples%n",
                manifest.lattice(),
                manifest.eta(),
                manifest.lambda(),
                manifest.samples(),
                manifest.chains(),
                manifest.seed(),
                manifest.algorithm().id(),
                schedule.reflections(),
                schedule.updatesBetween(),
                table.text());
    }
}
