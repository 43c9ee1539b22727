package org.silverblaze.engine.cuda;

/** A call of the CUDA runtime failed; the message is its own text in one line. */
public final class CudaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CudaException(String message) {
        super(message);
    }
}
