/**
 * What a set of roster entries means: a pure fold, so that everybody who holds
 * the same entries sees the same members, whatever the order they came in.
 *
 * The rules:
 *
 * 1. The `found` entry names the operator and the first custodian.
 * 2. Everything else is judged in the order of the times stated, by what held
 *    then (`fold_pass.ts`). The times are the authors'; an admission's is the
 *    joiner's, which the countersigner confirmed. The reader's clock plays no
 *    part.
 * 3. An admission counts when a valid invite stands behind it, the proper
 *    member countersigned it, and its time is before the invite's end, and
 *    while author and countersigner were members and held their office. One
 *    invite admits one node, one node enters once: the earliest wins, then the
 *    smaller entry id.
 * 4. A node whose key, or whose 8-byte prefix, another node already has is
 *    refused.
 * 5. Rotations lead from key to key. Two different rotations of one key prove
 *    that it was copied: the chain ends there and the member is *forked*, which
 *    cuts it off until it joins anew.
 * 6. Renewals by the operator, or by another custodian, extend a membership.
 * 7. The operator puts out, promotes and retires at once. Custodians do when
 *    enough of them say the same (`vote_tally.ts`). Who was put out stays out.
 * 8. The operator may hand its office to another key. A majority of custodians
 *    may, too, from a time on that they state: then the old key's later word is
 *    void. Who may vote on that is found in a pass of its own, in which the
 *    operator can make custodians but not remove any, so that a stolen
 *    operator key cannot keep its own replacement from being voted in.
 * 9. Whoever was removed can still date what it signs back. So those who
 *    removed it may acknowledge what they knew of it; once they have, anything
 *    else of it is void (`acknowledge`). Without that the date alone decides,
 *    and what is given away so ends `validMsMax` later at the latest.
 *
 * Bound: `recoveriesMax` operators by vote; later ones are not counted.
 *
 * @module
 */
import type { Authority, Entry } from "./entry_body.ts";
import { EntryTable } from "./entry_table.ts";
import { FoldPass, type Recovery, type World } from "./fold_pass.ts";
import { type NodeId, nodePrefixBytes } from "./node_id.ts";
import type { PendingVote, RosterState } from "./roster_state.ts";
import { votesNeeded } from "./vote_tally.ts";

export { overlapMs } from "./key_chain.ts";

/** Our choice: a mesh that replaced its operator so often needs a new start. */
const recoveriesMax = 16;

/**
 * Folds a set of entries, given once each.
 *
 * @param prefixBytes Bytes of a node id that must be unlike all others'; tests
 * shorten them to make a collision.
 */
export function foldRoster(
  entries: Iterable<Entry>,
  prefixBytes: number = nodePrefixBytes,
): RosterState {
  return new RosterFold(entries, prefixBytes).state;
}

/**
 * A fold that can take further entries. Most changes of a large roster are
 * single entries later than all before; those are judged alone.
 */
export class RosterFold {
  #state: RosterState;
  /** Where appending is not enough, because a vote may change the past. */
  readonly #pass: FoldPass | undefined;

  constructor(entries: Iterable<Entry>, prefixBytes = nodePrefixBytes) {
    const table = new EntryTable(entries);
    const { recoveries, pending, votes } = electOperators(table, prefixBytes);
    const world: World = {
      recoveries,
      known: new Map(),
      operatorRemoves: true,
      prefixBytes,
    };
    const first = new FoldPass(table, world);
    const known = knownOfRevoked(first.acknowledged, first);
    const simple = known.size === 0;
    const last = simple ? first : new FoldPass(table, { ...world, known });
    const state = last.finish();
    this.#state = {
      ...state,
      pending: [...state.pending, ...pending],
      counted: votes.length > 0
        ? state.counted.union(new Set(votes))
        : state.counted,
    };
    this.#pass = simple && votes.length + recoveries.length === 0 &&
        first.acknowledged.size === 0
      ? first
      : undefined;
  }

  /** What the entries mean; the same objects, changed, after `append`. */
  get state(): RosterState {
    return this.#state;
  }

  /**
   * Takes one more entry.
   *
   * @returns Whom it touched; undefined where all must be folded anew.
   */
  append(entry: Entry): { readonly touched: NodeId | undefined } | undefined {
    const appended = this.#pass?.append(entry);
    if (appended) this.#state = appended.state;
    return appended;
  }
}

function knownOfRevoked(
  acknowledged: ReadonlyMap<Authority, ReadonlySet<string>>,
  pass: FoldPass,
): ReadonlyMap<NodeId, ReadonlySet<string>> {
  const known = new Map<NodeId, ReadonlySet<string>>();
  for (const [about, marks] of acknowledged) {
    if (about !== "operator" && pass.isRevoked(about)) known.set(about, marks);
  }
  return known;
}

interface Elected {
  readonly recoveries: Recovery[];
  readonly pending: PendingVote[];
  /** Ids of the votes, those of custodians that the operator removed, too. */
  readonly votes: readonly string[];
}

/** Finds the operators that custodians voted in, one after the other. */
function electOperators(
  table: EntryTable,
  prefixBytes: number,
): Elected {
  const recoveries: Recovery[] = [];
  const any = table.of("succeed").some(({ by }) => by !== "operator");
  if (!any) return { recoveries, pending: [], votes: [] };
  for (;;) {
    const pass = new FoldPass(table, {
      recoveries,
      known: new Map(),
      operatorRemoves: false,
      prefixBytes,
    });
    const afterMs = recoveries.at(-1)?.sinceMs ?? -Infinity;
    const pending: PendingVote[] = [];
    let next: Recovery | undefined;
    const later = [...pass.elections]
      .filter(({ sinceMs }) => sinceMs > afterMs)
      .sort((a, b) => a.sinceMs - b.sinceMs || (a.next < b.next ? -1 : 1));
    for (const { next: operator, sinceMs, voters } of later) {
      const electorate = pass.custodiansAt(sinceMs);
      const valid = voters.intersection(electorate);
      const needed = votesNeeded(electorate.size);
      if (valid.size < needed) {
        pending.push({
          what: "succeed",
          about: operator,
          sinceMs,
          voters: valid,
          needed,
        });
        continue;
      }
      const known = pass.acknowledged.get("operator");
      next = { sinceMs, operator, known };
      break;
    }
    if (!next || recoveries.length >= recoveriesMax) {
      return { recoveries, pending, votes: pass.votesOnOperator };
    }
    recoveries.push(next);
  }
}
