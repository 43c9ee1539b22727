package org.silverblaze;

/**
 * What the user gave cannot be used: an option, a file, a folder. The message is one line that names the option or file,
 * says what is wrong and what would be right. The command line prints it and exits with 2.
 */
public final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BadInput(String message) {
        super(message);
    }

    public BadInput(String message, Throwable cause) {
        super(message, cause);
    }
}
