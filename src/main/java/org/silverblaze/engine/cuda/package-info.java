/**
 * CUDA kernels for NVIDIA GPUs: the sources are in {@code cuda/}, bound by JavaCPP. A build without nvcc has no kernels and a machine
 * without a driver or device cannot run them; both are an answer of {@link org.silverblaze.engine.cuda.CudaEngine#status}, never a crash.
 */
package org.silverblaze.engine.cuda;
