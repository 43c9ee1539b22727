package org.silverblaze.report;

/** A picture as SVG. The same drawing gives the same bytes on every machine. */
public sealed interface Drawing permits Figure, FluxPicture {
    /** What it shows, a few words. */
    String title();

    /**
     * An {@code <svg>} element that stands alone and that can also be put into a page.
     *
     * @param id unique within the page: letters, digits, hyphens; ids inside the drawing start with it
     */
    String svg(String id);

    /** A stand-alone SVG file. */
    default String svg() {
        return svg("drawing");
    }

    /** The numbers that it shows. */
    Table data();
}
