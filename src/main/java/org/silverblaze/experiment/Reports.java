package org.silverblaze.experiment;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.silverblaze.Version;
import org.silverblaze.report.HtmlReport;

/** What the reports of all experiments end with. */
final class Reports {
    private Reports() {}

    /** Adds the command and what it ran on. */
    static HtmlReport madeBy(HtmlReport page, String command, String engine, int threads, double seconds) {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("silverblaze", Version.NUMBER + " (" + Version.revision() + ")");
        versions.put(
                "Java", System.getProperty("java.runtime.version") + " (" + System.getProperty("java.vendor") + ")");
        versions.put("System", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        versions.put("Engine", engine);
        versions.put("Threads", String.valueOf(threads));
        versions.put("Seconds", String.format(Locale.ROOT, "%.0f", seconds));
        return page.madeBy(command, versions);
    }
}
