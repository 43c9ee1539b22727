package org.silverblaze;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** What this program calls itself in provenance files and reports. */
public final class Version {
    /** Version of the program. */
    public static final String NUMBER = "0.1.0";

    private static final String REVISION = readRevision();

    private Version() {}

    /** Source revision that was built, with {@code +dirty} where the tree had changes; "unknown" without git. */
    public static String revision() {
        return REVISION;
    }

    private static String readRevision() {
        try (InputStream in = Version.class.getResourceAsStream("/git.properties")) {
            if (in == null) {
                return "unknown";
            }
            Properties properties = new Properties();
            properties.load(in);
            String id = properties.getProperty("git.commit.id.full", "unknown");
            return "true".equals(properties.getProperty("git.dirty")) ? id + "+dirty" : id;
        } catch (IOException e) {
            return "unknown";
        }
    }
}
