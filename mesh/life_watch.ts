/**
 * Watches who is alive: shows the links' cells to `overlay/suspicion.ts`,
 * carries its words as signed messages of the mesh's own, and asks it for the
 * report.
 *
 * A suspicion older than `wordAgeMaxMs` is not taken: after a restart a node
 * hears what was said before it, and may have missed the refutation. Accusers
 * repeat themselves within that time.
 *
 * @module
 */
import type { LinkTable } from "./link_table.ts";
import type { NodeId } from "./node_id.ts";
import { nodePrefix } from "./node_id.ts";
import {
  type MemberHealth,
  Suspicion,
  type Word,
} from "./overlay/suspicion.ts";
import type { Profile } from "./profile.ts";
import type { Roster } from "./roster.ts";
import type { Member } from "./member.ts";
import { decodeLifeWords, encodeLifeWords } from "./wire/life_word.ts";

/** What is counted here, by the name it has in the report. */
export type LifeCount =
  | "life_words_malformed"
  | "life_words_old"
  | "life_words_said";

/** What the watch stands on. */
export interface LifeWatchOptions {
  readonly self: NodeId;
  readonly incarnation: number;
  /** The one in force. */
  readonly profile: () => Profile;
  readonly roster: Roster;
  readonly table: LinkTable;
  readonly nowMs: number;
  /** Own slots skipped since the start. */
  readonly slotsSkipped: () => number;
  readonly count: (name: LifeCount, times?: number) => void;
  /** Publishes a payload for the mesh itself. */
  readonly say: (payload: Uint8Array) => void;
}

/** As far as clocks of members may differ (mesh/README.md). */
const wordAgeMaxMs = 600_000;

/** One node's watch over all members. */
export class LifeWatch {
  readonly #o: LifeWatchOptions;
  readonly #suspicion: Suspicion;
  /** Who took part when members were last counted. */
  #counted: readonly Member[] | undefined;

  constructor(options: LifeWatchOptions) {
    const { self, incarnation, profile, nowMs } = options;
    this.#o = options;
    this.#suspicion = new Suspicion({
      self,
      incarnation,
      get periodMs() {
        return profile().periodMs;
      },
    }, nowMs);
  }

  /** When `keepTime` is due. */
  wakeAtMs(): number {
    return this.#suspicion.wakeAtMs();
  }

  /** Looks at the links, if it is time, and says what is to be said. */
  keepTime(nowMs: number, wallMs: number): void {
    if (nowMs < this.wakeAtMs()) return;
    this.#countMembers(nowMs, wallMs);
    const { table, slotsSkipped, count, say } = this.#o;
    const links = table.members().flatMap(({ link, pass }) =>
      link && pass.type === "member"
        ? [{
          node: pass.node,
          heardMs: link.lastHeardMs,
          periodMs: link.peerPeriodMs,
        }]
        : []
    );
    const words = this.#suspicion.tick(nowMs, links, slotsSkipped());
    if (words.length === 0) return;
    count("life_words_said", words.length);
    say(encodeLifeWords({
      writtenS: Math.floor(wallMs / 1_000),
      words: words.map(({ kind, about, life }) => ({
        kind,
        about: nodePrefix(about),
        life,
      })),
    }));
  }

  /** Takes what a member stated; its signature holds. */
  hear(from: NodeId, payload: Uint8Array, nowMs: number, wallMs: number): void {
    const said = decodeLifeWords(payload);
    if (!said) return this.#o.count("life_words_malformed");
    this.#countMembers(nowMs, wallMs);
    const old = Math.abs(wallMs - said.writtenS * 1_000) > wordAgeMaxMs;
    const words = said.words.flatMap(({ kind, about, life }): Word[] => {
      const node = this.#o.roster.byPrefix(about)?.node;
      // A life once lived stays lived, however late one hears of it.
      return node && (!old || kind === "alive")
        ? [{ kind, about: node, life }]
        : [];
    });
    if (old) this.#o.count("life_words_old");
    this.#suspicion.hear(from, words, nowMs);
  }

  /** The link with a neighbour is ended from here, for no fault of its. */
  letGo(node: NodeId): void {
    this.#suspicion.letGo(node);
  }

  /** Everybody's state. */
  views(nowMs: number): MemberHealth[] {
    return this.#suspicion.views(nowMs);
  }

  #countMembers(nowMs: number, wallMs: number): void {
    const active = this.#o.roster.active(wallMs);
    if (active === this.#counted) return;
    this.#counted = active;
    this.#suspicion.setMembers(active.map(({ node }) => node), nowMs);
  }
}
