/**
 * The touches of a scenario's sample as a sensor would have told them, a
 * second apart.
 *
 * @module
 */
import { parseAddress } from "../address.ts";
import type { DecoyTouch } from "../observation.ts";
import type { ScenarioSample } from "./scenario.ts";

/** Observations of the sample; none where it is a log. */
export function sampleTouches(
  { touches = [] }: Pick<ScenarioSample, "touches">,
): DecoyTouch[] {
  return touches.map(({ service, source, user, handshake }, index) => ({
    kind: "decoy_touch",
    atMs: (index + 1) * 1_000,
    service,
    source: parseAddress(source),
    handshake,
    ...(user !== undefined && { user }),
    line: index + 1,
  }));
}
