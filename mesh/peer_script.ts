/**
 * A peer that plays a part: what its links would say is first shown to a
 * script, which says something else instead, or nothing. Simulations use it to
 * let a member with valid keys lie, flood, replay and withhold while handshake,
 * codec, pump and clock stay the product's own; `host/` never passes one.
 *
 * Bound: what the script returns waits in the link's bounded queue like all
 * else.
 *
 * @module
 */
import type { Waiting } from "./traffic/send_queue.ts";
import type { LinkId } from "./world.ts";

/** Decides what a scripted peer says. */
export interface PeerScript {
  /** What to say on `link` in place of `message`; any bytes, any number. */
  rewrite(link: LinkId, message: Waiting): readonly Waiting[];
}
