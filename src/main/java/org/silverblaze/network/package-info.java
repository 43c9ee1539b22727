/** Networks as pure data: layer specifications, shapes, parameter layouts and maps, initialisation, counts. */
package org.silverblaze.network;
