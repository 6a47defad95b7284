/**
 * Shows the cover page on loopback, without TLS and without a mesh behind it,
 * so that one can look at what strangers see: `deno task ui`.
 *
 * @module
 */
import {
  type CoverPage,
  createCoverPage,
} from "../../../mesh/host/cover_page.ts";

const preview: CoverPage = createCoverPage(
  { businessName: "Miller Bakery" },
  Date.now,
);

export default preview;
