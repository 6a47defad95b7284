/**
 * What a page shows while it has nothing to show.
 *
 * @module
 */
import type { Loaded } from "./loaded.ts";
import { texts } from "./texts.ts";

/** Loading, or failed with a way on. */
export function Pending({ of }: { readonly of: Loaded<unknown> }) {
  if (of.error === undefined) {
    return <p class="soft" role="status">{texts.state.loading}</p>;
  }
  return (
    <p role="alert" class="trouble">
      <span class="text">{texts.state.failed}{of.error}</span>{" "}
      <button type="button" onClick={of.reload}>{texts.state.again}</button>
    </p>
  );
}
