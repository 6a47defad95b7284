/**
 * A QR code, as the API draws it. As a `data:` picture and not as markup: what
 * was drawn elsewhere cannot bring scripts into the page.
 *
 * @module
 */

/** @param svg A whole picture in SVG. */
export function QrPicture({ svg, alt }: {
  readonly svg: string;
  readonly alt: string;
}) {
  return (
    <img
      class="qr"
      alt={alt}
      src={`data:image/svg+xml,${encodeURIComponent(svg)}`}
    />
  );
}
