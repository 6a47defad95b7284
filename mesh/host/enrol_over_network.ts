/**
 * Joins a mesh from a command: the guest's side of an enrolment over real
 * sockets, in the calling isolate, which needs the network for as long as it
 * takes and listens nowhere.
 *
 * @module
 */
import {
  enrol,
  type Enrolment,
  type EnrolmentOptions,
  type EnrolmentOutcome,
} from "../enrolment.ts";
import { systemClock } from "./clock.ts";
import { createCoverPage } from "./cover_page.ts";
import { systemRandom } from "./random.ts";
import { openTransport } from "./websocket_transport.ts";

/** What a guest brings; the world is this host's. */
export type NetworkEnrolmentOptions = Omit<
  EnrolmentOptions,
  "clock" | "random" | "transport"
>;

/**
 * Knocks with an invite until somebody answers or nobody is left to ask.
 *
 * @returns How it ended; a failure is an outcome, not an exception.
 * @throws {RangeError} If admission and card do not fit one link message.
 */
export async function enrolOverNetwork(
  options: NetworkEnrolmentOptions,
): Promise<EnrolmentOutcome> {
  let enrolment: Enrolment | undefined;
  const transport = await openTransport({
    // Nobody can knock: there is no port.
    admit: () => false,
    page: createCoverPage({ businessName: "" }, systemClock.wallMs),
    onEvent: (event) => enrolment?.transport(event),
  });
  try {
    enrolment = enrol({
      ...options,
      clock: systemClock,
      random: systemRandom,
      transport,
    });
    return await enrolment.result;
  } finally {
    await transport.shutdown();
  }
}
