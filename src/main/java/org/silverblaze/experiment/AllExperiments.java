package org.silverblaze.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.silverblaze.report.HtmlReport;

/** One HTML file for experiments A, B and C, beside the folders of each. */
public final class AllExperiments {
    private AllExperiments() {}

    /**
     * Writes {@code report.html}.
     *
     * @param out folder above those of the experiments
     * @param command the exact command
     * @return the HTML file
     */
    public static Path report(
            Regression.Outcome regression, List<ViolationExperiment.Outcome> violations, Path out, String command)
            throws IOException {
        RegressionResult first = regression.result();
        HtmlReport page = HtmlReport.titled("Generalisation of equivariant networks on flux configurations")
                .subtitle("Experiments A, B and C of arXiv:2103.14686, scale "
                        + first.plan().scale());
        regression.sections().addTo(page);
        violations.forEach(outcome -> outcome.report().addTo(page));
        double seconds = first.seconds()
                + violations.stream().mapToDouble(o -> o.result().seconds()).sum();
        Path file = out.resolve("report.html");
        Reports.madeBy(page, command, first.engine(), first.threads(), seconds).write(file);
        return file;
    }
}
